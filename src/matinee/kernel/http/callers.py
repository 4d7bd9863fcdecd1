"""Who may come in: what both kinds of edges ask of an access token, and of a service's."""

from functools import lru_cache

from matinee.kernel import api_tokens, audit, errands, scopes, settings
from matinee.kernel.ended_sessions import EndedSessions
from matinee.kernel.problems import Forbidden, NotSignedIn, Problem, TooMany, Unavailable
from matinee.kernel.tokens import AccessTokens, Caller, ServiceTokens, bearer


@lru_cache(maxsize=1)
def access_tokens() -> AccessTokens:
    """The key pairs of this process."""
    return AccessTokens(settings.get().secrets)


@lru_cache(maxsize=1)
def ended_sessions() -> EndedSessions:
    """What this process knows of sessions that have ended."""
    return EndedSessions()


def caller_of(header: str | None, method: str, path: str) -> Caller:
    """Who presents an `Authorization` header with a request; `path` without its query.

    NotSignedIn without a token that is valid now for the service at that path, or when its
    session has ended; Forbidden where a client of somebody else was given no leave for it.
    """
    who = _shown_by(bearer(header), _service_at(path))
    errands.know_account(who.account_id)
    if who.scopes is not None and not scopes.opens(who.scopes, method, path):
        detail = "This application was not given leave for that. Connect it anew, with more scopes."
        raise Forbidden("insufficient_scope", detail)
    return who


def _shown_by(token: str, service: str) -> Caller:
    """Whom a token that is valid now speaks for; API tokens are exchanged first."""
    if not api_tokens.is_one(token):
        return _verified(token, service)
    try:
        return _verified(api_tokens.access_token_for(token), service)
    except NotSignedIn:
        # Its owner's roles may have changed: what it stands for now is another session.
        api_tokens.forget(token)
    return _verified(api_tokens.access_token_for(token), service)


def _verified(token: str, service: str) -> Caller:
    who = access_tokens().verify(token, service)
    if ended_sessions().refuses(who):
        raise NotSignedIn("signed_out", "You are signed out. Please sign in.")
    return who


def asking_service(header: str | None, to: str) -> str:
    """Which of Matinee's services asks the service `to`; NotSignedIn if none does."""
    return ServiceTokens(settings.get().secrets).verify(bearer(header), to)


def note_refusal(problem: Problem, header: str | None, asked: str, path: str, address: str) -> None:
    """Have the audit log keep that somebody signed in asked for what they may not.

    `asked` is the method; nothing happens for other problems, and for callers without a token.
    """
    if not isinstance(problem, Forbidden):
        return
    service = _service_at(path)
    try:
        who = _shown_by(bearer(header), service)
    except (NotSignedIn, TooMany, Unavailable):
        return
    audit.note_refusal(service, who, problem, f"{asked}:{path}", address)


def _service_at(path: str) -> str:
    return path.partition("/api/")[2].partition("/")[0]
