"""The ways into an account: seeing and changing them. What weakens one takes a fresh proof."""

from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import identity_factors as messages
from matinee.contracts import identity_sign_in as steps
from matinee.identity import queries
from matinee.identity.actions import email_changes, factors, passkeys, password_changes
from matinee.identity.actions.factors import Enrolled
from matinee.identity.api.cookies import TRIED_PROBLEMS, let_in
from matinee.identity.api.signing_in import passkey_asked
from matinee.identity.api.visitors import know, visitor_of
from matinee.identity.models import Account, Session
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Gone, NotFound, TooMany, Unavailable
from matinee.kernel.tokens import Caller

router = Router(auth=may(access.HOLDER))


@router.get("/security", operation_id="get_security", response={200: messages.Security})
def get_security(request: HttpRequest) -> messages.Security:
    """The ways into the account."""
    who, account = _owner(request)
    session = Session.objects.filter(pk=who.session_id).first()
    is_strong = session is not None and session.has_second_factor
    return queries.security_of(account, has_second_factor=is_strong)


@router.post(
    "/password",
    operation_id="change_password",
    response={204: None},
    openapi_extra=may_answer(TooMany, Unavailable),
)
def change_password(
    request: HttpRequest, response: HttpResponse, wish: messages.PasswordChange
) -> Status[None]:
    """Choose another password; needs the present one."""
    visitor = visitor_of(request)
    password_changes.password_change(caller(request), wish, visitor)
    know(response, visitor)
    return Status(204, None)


@router.post(
    "/email",
    operation_id="change_email",
    response={202: steps.LetterSent},
    openapi_extra=may_answer(TooMany, Unavailable),
)
def change_email(request: HttpRequest, wish: messages.EmailChange) -> Status[steps.LetterSent]:
    """Have a letter sent to another address, which is the account's once it was opened."""
    visitor = visitor_of(request)
    return Status(202, email_changes.email_change_ask(caller(request), wish.email, visitor))


@router.post(
    "/email/verify/letter",
    operation_id="ask_verify_email",
    response={202: steps.LetterSent},
    openapi_extra=may_answer(TooMany, Unavailable),
)
def ask_verify_email(request: HttpRequest) -> Status[steps.LetterSent]:
    """Have a letter sent to the account's address, to show that it arrives."""
    return Status(202, email_changes.email_verify_ask(caller(request), visitor_of(request)))


@router.post(
    "/totp",
    operation_id="draft_totp",
    response={200: messages.TotpDraft},
    openapi_extra=may_answer(Conflict),
)
def draft_totp(request: HttpRequest) -> messages.TotpDraft:
    """Begin with an authenticator app: its secret, which counts once a code was typed."""
    _, account = _proven(request)
    secret = factors.totp_draft(account)
    drawn: str = segno.make_qr(secret.uri, error="m").svg_data_uri(scale=4, border=4)
    return messages.TotpDraft(secret=secret.text, uri=secret.uri, qr_svg=drawn)


@router.post(
    "/totp/confirm",
    operation_id="confirm_totp",
    response={200: messages.FactorAdded},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotFound),
)
def confirm_totp(
    request: HttpRequest, response: HttpResponse, shown: messages.TotpConfirm
) -> messages.FactorAdded:
    """Let an authenticator app count, by a code of it."""
    who, account = _proven(request)
    enrolled = factors.totp_confirm(account, who, shown.code, end_others=shown.end_sessions)
    return _added(response, enrolled)


@router.delete(
    "/totp",
    operation_id="remove_totp",
    response={204: None},
    openapi_extra=may_answer(NotFound),
)
def remove_totp(request: HttpRequest) -> Status[None]:
    """Let the authenticator app count no longer."""
    who, account = _proven(request)
    factors.totp_remove(account, who)
    return Status(204, None)


@router.post(
    "/recovery-codes",
    operation_id="renew_recovery_codes",
    response={200: messages.RecoveryCodes},
    openapi_extra=may_answer(Conflict, Unavailable),
)
def renew_recovery_codes(request: HttpRequest) -> messages.RecoveryCodes:
    """Make new recovery codes; the old ones are worth nothing from then on."""
    who, account = _proven(request)
    return messages.RecoveryCodes(codes=factors.recovery_codes_renew(account, who))


@router.post(
    "/passkeys/options",
    operation_id="ask_new_passkey",
    response={200: steps.PasskeyAsked},
    openapi_extra=may_answer(*TRIED_PROBLEMS, Conflict),
)
def ask_new_passkey(request: HttpRequest) -> steps.PasskeyAsked:
    """Ask an authenticator for a new passkey."""
    return passkey_asked(passkeys.passkey_ask_new(_proven(request)[1]))


@router.post(
    "/passkeys",
    operation_id="add_passkey",
    response={201: messages.FactorAdded},
    openapi_extra=may_answer(*TRIED_PROBLEMS, Conflict, Gone),
)
def add_passkey(
    request: HttpRequest, response: HttpResponse, new: messages.PasskeyNew
) -> Status[messages.FactorAdded]:
    """Keep a passkey; it signs in from now on, and is a second factor."""
    who, account = _proven(request)
    made = factors.NewPasskey(new.ticket, new.credential, new.name)
    row, enrolled = factors.passkey_enrol(account, who, made, end_others=new.end_sessions)
    added = _added(response, enrolled)
    return Status(201, added.model_copy(update={"passkey": queries.passkey_message(row)}))


@router.patch(
    "/passkeys/{uuid:passkey_id}",
    operation_id="rename_passkey",
    response={200: messages.Passkey},
    openapi_extra=may_answer(NotFound),
)
def rename_passkey(
    request: HttpRequest, passkey_id: UUID, change: messages.PasskeyChange
) -> messages.Passkey:
    """Call a passkey something else."""
    who = caller(request)
    row = passkeys.passkey_rename(who.account_id, passkey_id, change.name)
    return queries.passkey_message(row)


@router.delete(
    "/passkeys/{uuid:passkey_id}",
    operation_id="remove_passkey",
    response={204: None},
    openapi_extra=may_answer(NotFound),
)
def remove_passkey(request: HttpRequest, passkey_id: UUID) -> Status[None]:
    """Let a passkey sign in no longer."""
    who, account = _proven(request)
    factors.passkey_take_away(account, who, passkey_id)
    return Status(204, None)


def _owner(request: HttpRequest) -> tuple[Caller, Account]:
    who = caller(request)
    return who, queries.account_row(who.account_id)


def _proven(request: HttpRequest) -> tuple[Caller, Account]:
    """The caller with their account; Forbidden (`step_up_needed`) without a fresh proof."""
    caller(request).needs_step_up()
    return _owner(request)


def _added(response: HttpResponse, enrolled: Enrolled) -> messages.FactorAdded:
    session = let_in(response, enrolled.signed_in)
    return messages.FactorAdded(codes=enrolled.recovery_codes, session=session)
