"""Signing in, in one step or two, and proving once more who is there."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import identity as messages
from matinee.contracts import identity_sign_in as steps
from matinee.identity import relying, settings
from matinee.identity.actions import passkeys, signing_in, signing_up
from matinee.identity.actions.proving import Shown
from matinee.identity.actions.signing_in import SecondStep
from matinee.identity.actions.starting import SignedIn
from matinee.identity.api.cookies import TRIED_PROBLEMS, let_in, refuse_foreign
from matinee.identity.api.visitors import know, visitor_of
from matinee.identity.rules.visitors import Visitor
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Gone, NotSignedIn

router = Router(auth=may(access.OWN_PROOF))

Entered = Status[messages.Session] | Status[steps.SecondFactorAsked]


@router.get(
    "/ways",
    auth=may(access.ANYONE),
    operation_id="list_ways",
    response={200: steps.SignInWays},
)
def list_ways(request: HttpRequest) -> steps.SignInWays:
    """How one can sign in and sign up here."""
    return steps.SignInWays(
        providers=[
            steps.ProviderWay(id=each.id, name=each.name) for each in settings.get().providers
        ],
        passkeys=relying.is_possible(),
        verify_first=signing_up.is_verified_first(),
    )


@router.post(
    "/sign-in",
    operation_id="sign_in",
    response={200: messages.Session, 202: steps.SecondFactorAsked},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotSignedIn),
)
def sign_in(request: HttpRequest, response: HttpResponse, credentials: messages.SignIn) -> Entered:
    """Sign in with e-mail address and password; 202 where a second factor is owed."""
    refuse_foreign(request)
    visitor = visitor_of(request)
    return entered(response, visitor, signing_in.account_sign_in(credentials, visitor))


@router.post(
    "/sign-in/second",
    operation_id="sign_in_second",
    response={200: messages.Session},
    openapi_extra=may_answer(*TRIED_PROBLEMS, Gone),
)
def sign_in_second(
    request: HttpRequest, response: HttpResponse, shown: steps.SecondFactor
) -> messages.Session:
    """Show the second factor."""
    refuse_foreign(request)
    visitor = visitor_of(request)
    signed_in = signing_in.second_step(shown.ticket, _shown(shown), visitor)
    know(response, visitor)
    return let_in(response, signed_in)


@router.post(
    "/sign-in/second/passkey",
    operation_id="ask_second_passkey",
    response={200: steps.PasskeyAsked},
    openapi_extra=may_answer(*TRIED_PROBLEMS, Gone),
)
def ask_second_passkey(request: HttpRequest, first: steps.TicketShown) -> steps.PasskeyAsked:
    """Ask for a passkey as the second factor."""
    refuse_foreign(request)
    return passkey_asked(signing_in.second_passkey_ask(first.ticket))


@router.post(
    "/sign-in/passkey/options",
    auth=may(access.ANYONE),
    operation_id="ask_passkey",
    response={200: steps.PasskeyAsked},
    openapi_extra=may_answer(*TRIED_PROBLEMS),
)
def ask_passkey(request: HttpRequest) -> steps.PasskeyAsked:
    """Ask for a passkey in place of address and password."""
    refuse_foreign(request)
    return passkey_asked(passkeys.passkey_ask("sign_in"))


@router.post(
    "/sign-in/passkey",
    operation_id="sign_in_with_passkey",
    response={200: messages.Session},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotSignedIn, Gone),
)
def sign_in_with_passkey(
    request: HttpRequest, response: HttpResponse, shown: steps.PasskeyShown
) -> messages.Session:
    """Sign in with a passkey, which is two factors at once."""
    refuse_foreign(request)
    visitor = visitor_of(request)
    signed_in = signing_in.passkey_sign_in(shown.ticket, shown.credential, visitor)
    know(response, visitor)
    return let_in(response, signed_in)


@router.post(
    "/step-up",
    auth=may(access.SIGNED_IN),
    operation_id="step_up",
    response={200: messages.Session},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotSignedIn, Gone),
)
def step_up(request: HttpRequest, response: HttpResponse, shown: steps.StepUp) -> messages.Session:
    """Prove once more who is there; the session goes on under another id."""
    visitor = visitor_of(request)
    signed_in = signing_in.step_up(caller(request), shown.password, _shown(shown), visitor)
    return let_in(response, signed_in)


@router.post(
    "/step-up/passkey",
    auth=may(access.SIGNED_IN),
    operation_id="ask_step_up_passkey",
    response={200: steps.PasskeyAsked},
    openapi_extra=may_answer(*TRIED_PROBLEMS),
)
def ask_step_up_passkey(request: HttpRequest) -> steps.PasskeyAsked:
    """Ask for a passkey as the proof."""
    return passkey_asked(passkeys.passkey_ask("step_up", caller(request).account_id))


def entered(response: HttpResponse, visitor: Visitor, came: SignedIn | SecondStep) -> Entered:
    """The answer to a first factor."""
    if isinstance(came, SignedIn):
        know(response, visitor)
        return Status(200, let_in(response, came))
    asked = steps.SecondFactorAsked(ticket=came.ticket, ways=came.ways, expires_at=came.until)
    return Status(202, asked)


def passkey_asked(question: passkeys.Question) -> steps.PasskeyAsked:
    """A question to an authenticator."""
    return steps.PasskeyAsked(
        ticket=question.ticket, options=question.options, expires_at=question.until
    )


def _shown(shown: steps.SecondFactor | steps.StepUp) -> Shown:
    return Shown(shown.code, shown.recovery_code, shown.passkey_ticket, shown.credential)
