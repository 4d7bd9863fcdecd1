"""A whole encode, and its key in nothing that is kept of it: logs, events, records, files."""

import base64
import json
import logging
from pathlib import Path
from uuid import UUID

import pytest

from matinee.encoding import keys, programs, settings
from matinee.encoding.models import Encode, Outbox, Step
from matinee.encoding.rules.encryption import TitleKey
from matinee.encoding.steps import package
from matinee.kernel import problems
from matinee.playback.models import SealedKey
from tests.encoding.conftest import told, upload, work_until_idle
from tests.encoding.packing import command_lines
from tests.encoding.test_keys import forms
from tests.encoding.test_kinds import package_of

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_CODECS", "h264")
    settings.get.cache_clear()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every command line on this machine while tools ran."""
    found: set[str] = set()
    run = programs.run

    def watched(program: str, *rest: object, **options: object) -> programs.Outcome:
        pulse = options.pop("pulse", programs.nothing)

        def look() -> None:
            found.update(command_lines())
            pulse()  # type: ignore[operator] # the tool's own

        return run(program, *rest, pulse=look, **options)  # type: ignore[arg-type] # passed on

    monkeypatch.setattr(programs, "run", watched)
    return found


@pytest.mark.asvs("SVC-3")
@pytest.mark.usefixtures("small")
def test_an_encode_leaves_its_key_nowhere(
    tiny: Path, seen: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        encode = upload(tiny)
        work_until_idle()
    assert told().error == ""
    provider = keys.provider()
    assert provider is not None
    key = provider.key_of(encode.title_id)
    assert {ready.key_id for ready in told().ready} == {key.key_id}
    assert any("--protection_scheme" in line for line in seen)
    kept = [
        caplog.text,
        *seen,
        *(json.dumps(row.body) for row in Outbox.objects.all()),
        *(json.dumps(row.facts) for row in Step.objects.all()),
        repr(list(Encode.objects.values())),
        repr([(row.pk, bytes(row.sealed)) for row in SealedKey.objects.all()]),
    ]
    for form in forms(key.key):
        assert not [place for place in kept if form in place]
    files = [path for path in package_of(told()).folder.rglob("*") if path.is_file()]
    assert not [path for path in files if key.key in path.read_bytes()]


@pytest.mark.usefixtures("small")
def test_a_key_that_is_away_is_waited_for(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Waking:
        """Answers from the third time on."""

        asked = 0

        def key_of(self, title_id: UUID) -> TitleKey:
            self.asked += 1
            if self.asked <= 2:
                raise problems.Unavailable("no_answer", "Asleep.")
            return TitleKey(title_id, base64.b16decode("0123456789ABCDEF" * 2))

    waking = Waking()
    monkeypatch.setattr(keys, "provider", lambda: waking)
    monkeypatch.setattr(package, "_KEY_PAUSE_S", 0.05)
    upload(tiny)
    work_until_idle()
    assert told().error == ""
    assert waking.asked > 2


@pytest.mark.usefixtures("small")
def test_a_film_without_a_key_waits_no_longer_than_that(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_KEYS_URL", "http://127.0.0.1:9")
    settings.get.cache_clear()
    monkeypatch.setattr(package, "_KEY_PATIENCE_S", 0.1)
    monkeypatch.setattr(package, "_KEY_PAUSE_S", 0.05)
    upload(tiny)
    for _ in range(40):
        try:
            work_until_idle()
        except problems.Unavailable:
            continue
        break
    assert told().ready == []
    assert "package-1 after several tries" in told().error
