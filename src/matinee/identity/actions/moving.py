"""Moving a profile, with its history, to an account of its own.

Whoever is to have it gets a letter; its code makes the new account, so that the address is
known to be theirs and nobody learns here whether it has an account. The profile keeps its id:
what other services keep of it goes with it.
"""

from uuid import UUID

from matinee.contracts.identity_sign_in import LetterSent
from matinee.contracts.profiles import ProfileMoveAccept
from matinee.identity import passwords, rules, tickets
from matinee.identity.actions.accounts import AccountDraft, account_begin
from matinee.identity.actions.ending import sessions_end
from matinee.identity.actions.locking import locked_account, locked_profile
from matinee.identity.actions.password_changes import letters_limit
from matinee.identity.actions.profiles import others_are_kids, profile_announce
from matinee.identity.actions.starting import SignedIn, start_noted
from matinee.identity.actions.writing import write_later
from matinee.identity.models import Account, Profile
from matinee.identity.rules.visitors import Visitor
from matinee.identity.steps import ProfileToMove
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict


def profile_offer(account_id: UUID, profile_id: UUID, email: str, visitor: Visitor) -> LetterSent:
    """Have a letter written with which a profile of the account can be taken over.

    NotFound if it has no such profile; Conflict for a child's, or the last of a grown-up.
    """
    address = rules.normal_email(email)
    letters_limit(address, visitor)
    with transaction_of("identity"):
        _check_free_to_go(locked_profile(account_id, profile_id))
    move = ProfileToMove(profile_id=profile_id, account_id=account_id, email=address)
    return LetterSent(email=address, expires_at=write_later(move))


def profile_take_over(shown: ProfileMoveAccept, visitor: Visitor) -> SignedIn:
    """Make the account that a letter's code stands for, move the profile there, and sign in.

    Gone when the code is over; Conflict if the address has an account by now, or the profile
    may no longer go; NotFound once it is gone.
    """
    move = tickets.look(ProfileToMove, shown.code)
    passwords.refuse_known(shown.password, move.email)
    draft = AccountDraft(move.email, passwords.hashed(shown.password), clock.now())
    move = tickets.take(ProfileToMove, shown.code)
    with transaction_of("identity"):
        account = account_begin(draft, [])
        _move(move, account)
        return start_noted(account.id, visitor, "profile.moved", about=move.account_id)


def _move(move: ProfileToMove, account: Account) -> None:
    locked_account(move.account_id)
    row = locked_profile(move.account_id, move.profile_id)
    _check_free_to_go(row)
    # Its tokens speak for the account that it leaves.
    sessions_end(move.account_id, "profile_removed", profile_id=row.pk)
    # Read with the key of the one account, to be sealed with the other's.
    row.name = str(row.name)
    row.account, row.slot = account, 1
    row.save()
    profile_announce(row)


def _check_free_to_go(row: Profile) -> None:
    if row.is_kids:
        detail = "A kids profile stays with its grown-ups. Change it to a grown-up's first."
        raise Conflict("kids_stay", detail)
    rules.needs_grown_up(others_are_kids(row))
