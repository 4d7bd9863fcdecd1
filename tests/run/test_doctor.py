import base64
import socket
from importlib.metadata import version
from pathlib import Path

import pytest
from django.db import connections

from matinee.delivery.models import AgentRecord, EdgeRecord
from matinee.encoding import programs
from matinee.encoding import settings as encoding
from matinee.kernel import binaries, clock, ids
from matinee.kernel import settings as shared
from matinee.kernel.keys.in_file import FILE as IN_FILE
from matinee.kernel.keys.in_file import FileWrapper
from matinee.kernel.keys.models import DataKey
from matinee.kernel.settings import Settings
from matinee.playback import vault
from matinee.playback.models import SealedKey
from matinee.run import doctor
from matinee.run.finding import Finding


@pytest.fixture
def machine(settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A healthy machine with a built web app."""
    (home / "deploy" / "edge").mkdir(parents=True)
    (home / "web" / "dist").mkdir(parents=True)
    (home / "web" / "dist" / "index.html").write_text("")
    monkeypatch.setenv("MATINEE_CHECKOUT", str(home))
    monkeypatch.setenv("MATINEE_HOME", str(settings.home))
    monkeypatch.setenv("MATINEE_ADDRESS", settings.address)
    monkeypatch.setattr(shared, "get", Settings)
    return monkeypatch


def found(what: str, state: str = "bad") -> Finding:
    matches = [f for f in doctor.examine() if f.what == what and f.state == state]
    assert matches, [str(f) for f in doctor.examine()]
    assert matches[0].mend or state == "ok"
    return matches[0]


@pytest.mark.usefixtures("machine")
def test_a_healthy_machine() -> None:
    assert [f for f in doctor.examine() if f.state == "bad"] == []
    assert found("programs", "ok").found.startswith("ffmpeg")


def test_a_misspelt_setting(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("MATINEE_ADRESS", "0.0.0.0:80")
    finding = found("settings", "warn")
    assert finding.found == "MATINEE_ADRESS is no setting of Matinee"
    assert finding.mend == "did you mean MATINEE_ADDRESS?"


def test_a_wrong_setting(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("MATINEE_DATABASE_URL", "mysql://db.example/")
    finding = found("settings")
    assert "MATINEE_DATABASE_URL=mysql://db.example/" in finding.found
    assert "must start with postgresql://" in finding.found


def test_a_program_that_is_missing(machine: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Path:
        msg = f"{name} was not found; install Debian's package {name}"
        raise binaries.MissingProgramError(msg)

    machine.setattr(binaries, "find", missing)
    assert found("programs").mend == "install Debian's package ffmpeg"


def test_a_container_lacks_nothing_that_others_have(
    machine: pytest.MonkeyPatch, home: Path, settings: Settings
) -> None:
    def those_of_the_front(name: str) -> Path:
        if name != "nginx":
            msg = f"{name} was not found; install Debian's package {name}"
            raise binaries.MissingProgramError(msg)
        return home / name

    machine.setattr(binaries, "find", those_of_the_front)
    machine.setenv("MATINEE_SERVICES_URL", "http://{service}:8000")
    (home / "web" / "dist" / "index.html").unlink()
    host, port = settings.address.rsplit(":", 1)
    with socket.socket() as own:
        own.bind((host, int(port)))
        own.listen()
        assert [f for f in doctor.examine() if f.state == "bad"] == []
    assert found("programs", "ok").found == "nginx"


def test_an_address_that_is_taken(machine: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        machine.setenv("MATINEE_ADDRESS", f"127.0.0.1:{other.getsockname()[1]}")
        finding = found("address")
    assert "cannot listen on 127.0.0.1" in finding.found
    assert "listens there" in finding.found
    assert "MATINEE_ADDRESS" in finding.mend


def test_secrets_that_others_can_read(machine: pytest.MonkeyPatch, settings: Settings) -> None:
    assert machine
    key = settings.secrets / "some_key"
    key.write_text("k")
    key.chmod(0o644)
    assert found("secrets").mend == f"chmod go= {key}"


@pytest.mark.django_db(databases=["keys"], transaction=True)
def test_keys_of_accounts_that_cannot_be_opened(
    machine: pytest.MonkeyPatch, settings: Settings
) -> None:
    link = connections["keys"].get_connection_params()
    parts = [f"{name}={link[name]}" for name in ("host", "user", "password", "dbname")]
    machine.setattr(Settings, "database", lambda _self, _service: " ".join(parts))
    machine.setenv("MATINEE_DATABASE_URL", "postgresql://127.0.0.1:9/")
    wrapper = FileWrapper(settings.secrets)
    wrapper.begin()
    DataKey._default_manager.create(owner=ids.uuid7(), wrapped=b"w", wrapped_with=wrapper.newest())
    file = settings.secrets / IN_FILE
    assert found("keys of accounts", "ok").found == str(file)
    wrapper.rotate()
    wrapper.retire()
    assert "lacks keys" in found("keys of accounts").found
    file.unlink()
    assert "is missing" in found("keys of accounts").found


def look_into(service: str, machine: pytest.MonkeyPatch) -> None:
    """Have the doctor look into a service's records in this run's PostgreSQL."""
    link = connections[service].get_connection_params()
    parts = [f"{name}={link[name]}" for name in ("host", "user", "password", "dbname")]
    machine.setattr(Settings, "database", lambda _self, _service: " ".join(parts))
    machine.setenv("MATINEE_DATABASE_URL", "postgresql://127.0.0.1:9/")


@pytest.mark.django_db(databases=["delivery"], transaction=True)
def test_edges_of_another_release(machine: pytest.MonkeyPatch) -> None:
    look_into("delivery", machine)
    url = "https://paris-1.example.org"
    row = EdgeRecord.objects.create(name="paris-1", region="home", health="up", base_url=url)
    told = {"edge": row, "secret_hash": "a", "reported_at": clock.now()}
    agent = AgentRecord.objects.create(version="0.0.9", **told)
    finding = found("edges", "warn")
    assert "paris-1 (0.0.9)" in finding.found
    assert "bin/upgrade" in finding.mend
    agent.version = version("matinee")
    agent.save()
    assert found("edges", "ok").found == f"1 of release {agent.version}"


@pytest.fixture
def keys_in_records(machine: pytest.MonkeyPatch) -> str:
    """Content keys in the records where the doctor looks."""
    look_into("playback", machine)
    kek = ids.secret()
    mark = vault.mark_of(base64.urlsafe_b64decode(kek + "="))
    SealedKey.objects.create(title_id=ids.uuid7(), sealed=b"sealed", sealed_with=mark)
    return kek


@pytest.mark.django_db(databases=["playback"], transaction=True)
def test_content_keys_that_cannot_be_opened(keys_in_records: str, settings: Settings) -> None:
    file = settings.secrets / vault.FILE
    assert f"{file} is missing" in found("content keys").found
    file.write_text(ids.secret())
    file.chmod(0o600)
    assert "another than" in found("content keys").found
    file.write_text(keys_in_records)
    assert found("content keys", "ok").found == str(file)


def test_open_to_others_without_a_certificate(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("MATINEE_ADDRESS", "0.0.0.0:8480")
    assert "in the clear" in found("exposure", "warn").found
    machine.setenv("MATINEE_PUBLIC_URL", "https://films.example.org")
    assert not [f for f in doctor.examine() if f.what == "exposure"]


def test_encryption_where_browsers_cannot_decrypt(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("MATINEE_ADDRESS", "0.0.0.0:8480")
    encoding.get.cache_clear()
    assert "MATINEE_ENCODING_KEYS=none" in found("encryption", "warn").mend
    machine.setenv("MATINEE_ENCODING_KEYS", "none")
    encoding.get.cache_clear()
    assert not [f for f in doctor.examine() if f.what == "encryption"]
    machine.setenv("MATINEE_ENCODING_KEYS", "speke")
    encoding.get.cache_clear()
    assert "MATINEE_ENCODING_SPEKE_URL must be https" in found("settings").found
    machine.setenv("MATINEE_ENCODING_KEYS", "own")
    machine.setenv("MATINEE_PUBLIC_URL", "https://films.example.org")
    encoding.get.cache_clear()
    assert not [f for f in doctor.examine() if f.what == "encryption"]


def test_a_full_disk(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(doctor, "DISK_FULL_BYTES", 10**18)
    assert "free" in found("disk").found


def test_engines_of_ones_own_that_do_not_answer(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("MATINEE_DATABASE_URL", "postgresql://u:p@127.0.0.1:9/")
    machine.setenv("MATINEE_REDIS_URL", "redis://127.0.0.1:9/0")
    assert "MATINEE_DATABASE_URL" in found("database").mend
    assert "MATINEE_REDIS_URL" in found("broker").mend


def test_a_bucket_needs_something_to_sign_with(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("MATINEE_MEDIA_URL", "s3://films/prefix")
    machine.delenv("AWS_ACCESS_KEY_ID", raising=False)
    assert "AWS_ACCESS_KEY_ID" in found("media store").found
    machine.setenv("AWS_ACCESS_KEY_ID", "id")
    machine.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert "behind the edge" in found("media store", "ok").found


def test_a_web_app_that_is_not_built(machine: pytest.MonkeyPatch, home: Path) -> None:
    assert machine
    (home / "web" / "dist" / "index.html").unlink()
    assert "npm run build" in found("web app").mend


def test_how_media_tools_are_confined(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(programs, "why_unwrapped", lambda _: "")
    assert "bubblewrap" in found("sandbox", "ok").found
    machine.setattr(programs, "why_unwrapped", lambda _: "bubblewrap is not installed")
    finding = found("sandbox", "warn")
    assert "bubblewrap is not installed" in finding.found
    assert "install" in finding.mend
