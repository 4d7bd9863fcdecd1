"""What the doctor looks at of encryption: whether keys can be opened, and browsers decrypt."""

from collections.abc import Iterator

import psycopg
from pydantic import ValidationError

from matinee.encoding import settings as encoding
from matinee.kernel.keys.in_file import FILE, names_in
from matinee.kernel.settings import Settings
from matinee.playback import vault
from matinee.run import engines
from matinee.run.explanations import settings_error
from matinee.run.finding import Finding

_CONNECT_TIMEOUT_S = 3


def content_keys(ours: Settings) -> Iterator[Finding]:
    """Whether the content keys in the records can be opened with what is in the secrets folder."""
    if not ours.database_url and not engines.postgres_is_ready(ours):
        return
    try:
        with psycopg.connect(ours.database("playback"), connect_timeout=_CONNECT_TIMEOUT_S) as link:
            marks = link.execute("SELECT DISTINCT sealed_with FROM playback_sealedkey").fetchall()
    except psycopg.Error:
        return  # not migrated yet; what is wrong with the database itself is told elsewhere
    if not marks:
        return
    path = ours.secrets / vault.FILE
    if {mark for (mark,) in marks} == {vault.mark_in(path)}:
        yield Finding("ok", "content keys", str(path))
    else:
        state = "another than films were encrypted with" if path.exists() else "missing"
        found = f"{path} is {state}"
        mend = "put that file back from a backup: without it encrypted films cannot be played"
        yield Finding("bad", "content keys", found, mend)


def data_keys(ours: Settings) -> Iterator[Finding]:
    """Whether names and addresses in the records can be opened with what lies in `secrets`."""
    is_elsewhere = ours.transit_url or ours.kms_url
    if is_elsewhere or not (ours.database_url or engines.postgres_is_ready(ours)):
        return
    try:
        with psycopg.connect(ours.database("keys"), connect_timeout=_CONNECT_TIMEOUT_S) as link:
            wrapped = "SELECT DISTINCT wrapped_with FROM keys_datakey WHERE destroyed_at IS NULL"
            used = {str(name) for (name,) in link.execute(wrapped).fetchall()}
    except psycopg.Error:
        return  # not migrated yet; what is wrong with the database itself is told elsewhere
    path = ours.secrets / FILE
    if used and used <= names_in(path):
        yield Finding("ok", "keys of accounts", str(path))
    elif used:
        state = "lacks keys that accounts' keys are wrapped with" if path.exists() else "is missing"
        mend = "put that file back from a backup: without it no name and no address can be read"
        yield Finding("bad", "keys of accounts", f"{path} {state}", mend)


def encryption(ours: Settings) -> Iterator[Finding]:
    """Browsers have the means to decrypt on secure pages only (W3C Secure Contexts)."""
    try:
        source = encoding.get().keys
    except ValidationError as error:
        yield Finding("bad", "settings", settings_error(error), "see docs/settings.md")
        return
    if source != "none" and not ours.is_loopback and not ours.url.startswith("https://"):
        yield Finding(
            "warn",
            "encryption",
            "films are encrypted, and browsers on other machines play such over https only",
            "put a reverse proxy with a certificate in front, and set MATINEE_PUBLIC_URL=https://…;"
            " or set MATINEE_ENCODING_KEYS=none before films are put in",
        )
