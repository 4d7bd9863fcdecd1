"""Signing up, letters with codes, and a password that was forgotten."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import identity as messages
from matinee.contracts import identity_sign_in as steps
from matinee.identity.actions import email_changes, password_changes, signing_up
from matinee.identity.actions.starting import SignedIn
from matinee.identity.api.cookies import TRIED_PROBLEMS, let_in, refuse_foreign
from matinee.identity.api.signing_in import Entered, entered
from matinee.identity.api.visitors import know, visitor_of
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Gone, NotSignedIn

router = Router(auth=may(access.OWN_PROOF))


@router.post(
    "/sign-up",
    auth=may(access.ANYONE),
    operation_id="sign_up",
    response={201: messages.Session, 202: steps.LetterSent},
    openapi_extra=may_answer(*TRIED_PROBLEMS, Conflict),
)
def sign_up(
    request: HttpRequest, response: HttpResponse, form: messages.SignUp
) -> Status[messages.Session] | Status[steps.LetterSent]:
    """Make an account with a first profile and sign in; 202 where a letter comes first.

    Then every address is answered the same, whether it has an account or not.
    """
    refuse_foreign(request)
    visitor = visitor_of(request)
    begun = signing_up.account_sign_up(form, visitor)
    know(response, visitor)
    if isinstance(begun, SignedIn):
        return Status(201, let_in(response, begun))
    return Status(202, begun)


@router.post(
    "/sign-up/verify",
    operation_id="verify_sign_up",
    response={201: messages.Session},
    openapi_extra=may_answer(*TRIED_PROBLEMS, Conflict, Gone),
)
def verify_sign_up(
    request: HttpRequest, response: HttpResponse, shown: steps.VerifySignUp
) -> Status[messages.Session]:
    """Make the account that a letter's code stands for, and sign in."""
    refuse_foreign(request)
    visitor = visitor_of(request)
    signed_in = signing_up.sign_up_verify(shown, visitor)
    know(response, visitor)
    return Status(201, let_in(response, signed_in))


@router.post(
    "/email/verify",
    operation_id="verify_email",
    response={204: None},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotSignedIn, Conflict, Gone),
)
def verify_email(request: HttpRequest, shown: steps.VerifyEmail) -> Status[None]:
    """Show that a letter to an account's address, or to its next one, arrived."""
    refuse_foreign(request)
    email_changes.email_verify(shown.code)
    return Status(204, None)


@router.post(
    "/password/forgot",
    auth=may(access.ANYONE),
    operation_id="forgot_password",
    response={202: steps.LetterSent},
    openapi_extra=may_answer(*TRIED_PROBLEMS),
)
def forgot_password(
    request: HttpRequest, wish: steps.ForgottenPassword
) -> Status[steps.LetterSent]:
    """Have a letter sent; every address is answered the same."""
    refuse_foreign(request)
    return Status(202, password_changes.password_forgot(wish.email, visitor_of(request)))


@router.post(
    "/password/reset",
    operation_id="reset_password",
    response={200: messages.Session, 202: steps.SecondFactorAsked},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotSignedIn, Gone),
)
def reset_password(
    request: HttpRequest, response: HttpResponse, wish: steps.PasswordReset
) -> Entered:
    """Choose a new password by a letter's code, and sign in; a second factor is owed as ever."""
    refuse_foreign(request)
    visitor = visitor_of(request)
    return entered(response, visitor, password_changes.password_reset(wish, visitor))
