"""Content keys: made once per title, given to the packager and to those who are watching."""

import os
from uuid import UUID

from matinee.contracts.catalog import Vantage
from matinee.contracts.playback import ClearKeyLicence, ContentKey, JsonWebKey
from matinee.kernel import clock, ids, problems, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.tokens import Caller
from matinee.playback import queries, rules, sessions, settings, vault
from matinee.playback.actions.sessions import media_tokens
from matinee.playback.models import SealedKey, TitleCopy

_KEY_BYTES = 16  # AES-128, as ISO/IEC 23001-7 has it
_WINDOW_S = 60


def key_of_title(title_id: UUID) -> ContentKey:
    """A title's content key, made on first asking; two that ask at once get the same one."""
    with transaction_of("playback"):
        if TitleCopy.objects.filter(id=title_id, removed=True).exists():
            raise problems.NotFound("unknown_title", "This title is gone; it needs no key.")
        row = SealedKey.objects.filter(title_id=title_id).first() or _make(title_id)
    key = vault.unseal(_sealed(row), row.pk)
    return ContentKey(key_id=row.pk, key=rules.base64url(key))


def licence_give(caller: Caller, kids: list[str], country: str) -> ClearKeyLicence:
    """Answer a Clear Key licence request for what the caller's profile is playing now.

    Raises Forbidden when none of the keys is of a title that plays in a live
    stream slot, TooMany, and what speaks against going on to play.
    """
    profile_id = caller.profile()
    who = str(caller.account_id)
    stores.limit("playback licence", who, settings.get().licences_per_minute, _WINDOW_S)
    playing = {
        session.title_id
        for session in sessions.find_live(caller.account_id)
        if session.profile_id == profile_id
    }
    asked = [rules.key_id_of(text) for text in kids]
    rows = list(SealedKey.objects.filter(id__in=asked, title_id__in=playing))
    if not rows:
        raise problems.Forbidden("not_playing", "This is not being played here. Press play again.")
    vantage = Vantage(country=country, platform=caller.platform)
    for row in rows:
        facts = queries.facts_of_play(caller, row.title_id, country)
        rules.may_go_on(facts, caller.maturity_age, vantage, clock.now())
    keys = [
        JsonWebKey(
            kid=rules.key_id_text(row.pk), k=rules.base64url(vault.unseal(_sealed(row), row.pk))
        )
        for row in rows
    ]
    return ClearKeyLicence(keys=keys)


def key_of_package(token: str, package: str) -> bytes:
    """The key as a native HLS player fetches it: by the media token of a session that is live."""
    session = sessions.find_by_id(media_tokens().verify(token, package))
    if session is None or session.package != package:
        raise problems.Gone("session_ended", "This play has ended. Press play to go on watching.")
    who = str(session.account_id)
    stores.limit("playback licence", who, settings.get().licences_per_minute, _WINDOW_S)
    row = SealedKey.objects.filter(title_id=session.title_id).first()
    if row is None:
        raise problems.NotFound("not_encrypted", "There is no key here for this film.")
    return vault.unseal(_sealed(row), row.pk)


def _make(title_id: UUID) -> SealedKey:
    # A key id is in every manifest, so it says not even when it was made.
    key_id = ids.random_uuid()
    sealed = vault.seal(os.urandom(_KEY_BYTES), key_id, is_first=not SealedKey.objects.exists())
    row, _ = SealedKey.objects.get_or_create(
        title_id=title_id,
        defaults={"id": key_id, "sealed": sealed.text, "sealed_with": sealed.mark},
    )
    return row


def _sealed(row: SealedKey) -> vault.Sealed:
    return vault.Sealed(bytes(row.sealed), row.sealed_with)
