"""What every key provider keeps to, and what is particular to each."""

import base64
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.encoding import keys, settings
from matinee.encoding.keys import KeyProvider
from matinee.encoding.keys.own import OwnKeys
from matinee.encoding.rules import cpix
from matinee.encoding.rules.encryption import TitleKey
from matinee.kernel import asking, ids, problems
from matinee.kernel.asking import Questions
from matinee.kernel.clients import Client
from matinee.run import questions
from tests.encoding import vendor
from tests.encoding.vendor import Vendor


def unserved() -> Client:
    """A client of an address where nobody listens."""
    return Client("http://127.0.0.1:9")


class ProviderContract:
    """What packaging relies on, whoever keeps the keys."""

    @pytest.fixture
    def provider(self) -> KeyProvider:
        raise NotImplementedError

    @pytest.fixture
    def away(self) -> KeyProvider:
        """The provider while nobody answers it."""
        raise NotImplementedError

    def test_a_title_has_one_key_for_good(self, provider: KeyProvider) -> None:
        one, other = ids.uuid7(), ids.uuid7()
        first = provider.key_of(one)
        assert provider.key_of(one) == first
        second = provider.key_of(other)
        assert (second.key_id, second.key) != (first.key_id, first.key)
        assert second.key_id != first.key_id

    def test_the_id_says_nothing_of_title_or_key(self, provider: KeyProvider) -> None:
        title_id = ids.uuid7()
        found = provider.key_of(title_id)
        assert found.key_id not in {title_id, UUID(bytes=found.key)}

    def test_a_key_stands_nowhere_but_in_its_field(
        self, provider: KeyProvider, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            found = provider.key_of(ids.uuid7())
        for told in (repr(found), str(found), caplog.text):
            for form in forms(found.key):
                assert form not in told

    def test_one_that_is_away_is_told_and_may_be_asked_again(self, away: KeyProvider) -> None:
        with pytest.raises(problems.Unavailable):
            away.key_of(ids.uuid7())


def forms(key: bytes) -> list[str]:
    """How a key could be written down."""
    coded = base64.b64encode(key).decode()
    return [key.hex(), key.hex().upper(), coded, coded.rstrip("="), repr(key)[2:-1]]


@pytest.mark.django_db(databases="__all__")
class TestOwnKeys(ProviderContract):
    """The store of `playback`."""

    @pytest.fixture
    def provider(self) -> KeyProvider:
        chosen = keys.provider()
        assert isinstance(chosen, OwnKeys)
        return chosen

    @pytest.fixture
    def away(self) -> KeyProvider:
        return OwnKeys(Questions("encoding", unserved))

    def test_it_answers_through_playbacks_own_edge(self, provider: KeyProvider) -> None:
        found = provider.key_of(ids.uuid7())
        assert found.hls_key_uri == "key"
        assert found.pssh == ()

    def test_an_encoder_far_from_the_databases_asks_by_address(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MATINEE_ENCODING_KEYS_URL", "http://127.0.0.1:9")
        settings.get.cache_clear()
        chosen = keys.provider()
        assert chosen is not None
        with pytest.raises(problems.Unavailable, match=r"127\.0\.0\.1:9 does not answer"):
            chosen.key_of(ids.uuid7())


class TestSpekeKeys(ProviderContract):
    """A DRM vendor."""

    @pytest.fixture
    def vendor(self) -> Iterator[Vendor]:
        with vendor.running() as running:
            yield running

    @pytest.fixture
    def chosen(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[str], KeyProvider]:
        credentials = tmp_path / "speke"
        credentials.write_text(vendor.CREDENTIALS + "\n")
        monkeypatch.setenv("MATINEE_ENCODING_KEYS", "speke")
        monkeypatch.setenv("MATINEE_ENCODING_SPEKE_CREDENTIALS_FILE", str(credentials))

        def choose(url: str) -> KeyProvider:
            monkeypatch.setenv("MATINEE_ENCODING_SPEKE_URL", url)
            settings.get.cache_clear()
            provider = keys.provider()
            assert provider is not None
            return provider

        return choose

    @pytest.fixture
    def provider(self, vendor: Vendor, chosen: Callable[[str], KeyProvider]) -> KeyProvider:
        return chosen(vendor.url)

    @pytest.fixture
    def away(self, chosen: Callable[[str], KeyProvider]) -> KeyProvider:
        return chosen("http://127.0.0.1:9/speke")

    def test_what_it_asks_is_as_the_vendor_expects(
        self, provider: KeyProvider, vendor: Vendor
    ) -> None:
        title_id = ids.uuid7()
        provider.key_of(title_id)
        assert vendor.faults == []
        assert str(title_id).encode() in vendor.asked[0]

    def test_it_takes_what_each_drm_system_is_told(self, provider: KeyProvider) -> None:
        found = provider.key_of(ids.uuid7())
        kid = str(found.key_id)
        assert found.key == vendor.key_of(kid)
        assert found.iv == vendor.IV
        assert found.pssh == (vendor.pssh("widevine", kid), vendor.pssh("playready", kid))
        assert found.hls_key_uri == f"skd://vendor.example/{kid}"

    def test_only_the_systems_that_are_wanted(
        self, vendor: Vendor, chosen: Callable[[str], KeyProvider], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MATINEE_ENCODING_SPEKE_SYSTEMS", "widevine")
        found = chosen(vendor.url).key_of(ids.uuid7())
        assert len(found.pssh) == 1
        assert found.hls_key_uri is None

    @pytest.mark.parametrize("status", ["500", "503"])
    def test_a_vendor_in_trouble_is_asked_again_later(
        self, provider: KeyProvider, vendor: Vendor, status: str
    ) -> None:
        vendor.fault = status
        with pytest.raises(problems.Unavailable, match=status):
            provider.key_of(ids.uuid7())

    @pytest.mark.parametrize(
        ("fault", "why"),
        [
            ("401", "answered 401"),
            ("302", "answered 302"),
            ("encrypted", "missing or encrypted"),
            ("keyless", "missing or encrypted"),
            ("short", "16 bytes"),
            ("not base64", "base64"),
            ("other kid", "exactly one"),
            ("no fairplay", "FairPlay"),
            ("no xml", "no XML"),
            ("long", "too long"),
            ("entities", "document type"),
        ],
    )
    def test_what_cannot_be_used_is_told_without_its_content(
        self,
        provider: KeyProvider,
        vendor: Vendor,
        caplog: pytest.LogCaptureFixture,
        fault: str,
        why: str,
    ) -> None:
        vendor.fault = fault
        with caplog.at_level(logging.DEBUG), pytest.raises(problems.Conflict) as caught:
            provider.key_of(ids.uuid7())
        assert why in str(caught.value)
        for form in (*forms(b"too short"), "key of this film", vendor_credentials()):
            assert form not in str(caught.value) + caplog.text

    def test_credentials_that_are_not_there_are_named(
        self, provider: KeyProvider, tmp_path: Path
    ) -> None:
        (tmp_path / "speke").unlink()
        with pytest.raises(problems.Conflict, match="speke cannot be read"):
            provider.key_of(ids.uuid7())


def vendor_credentials() -> str:
    return vendor.CREDENTIALS.partition(" ")[2]


def test_keys_cross_no_open_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_KEYS", "speke")
    for url in ("", "http://drm.example.org/speke", "ftp://x", "http://127.0.0.1.example.org/"):
        monkeypatch.setenv("MATINEE_ENCODING_SPEKE_URL", url)
        with pytest.raises(ValueError, match="must be https"):
            settings.Settings()
    monkeypatch.setenv("MATINEE_ENCODING_SPEKE_URL", "https://drm.example.org/speke")
    settings.Settings()


def test_films_may_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_KEYS", "none")
    settings.get.cache_clear()
    assert keys.provider() is None


def test_an_encoder_that_reaches_nobody_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking._Known, "way", None)
    with pytest.raises(RuntimeError, match="MATINEE_ENCODING_KEYS_URL"):
        keys.provider()
    monkeypatch.setattr(asking._Known, "way", questions.client)
    assert keys.provider() is not None


@given(st.uuids(), st.uuids(), st.sets(st.sampled_from(sorted(cpix.SYSTEMS)), min_size=1))
def test_a_request_holds_no_more_than_was_asked(
    title_id: UUID, key_id: UUID, systems: set[str]
) -> None:
    document = cpix.request(title_id, key_id, sorted(systems))
    assert document.count(b"<cpix:DRMSystem ") == len(systems)
    assert document.count(str(key_id).encode()) == 2 + len(systems)
    # One's own request is no answer.
    with pytest.raises(cpix.AnswerError):
        cpix.answer(document, key_id)


@given(st.binary(max_size=200))
def test_whatever_a_vendor_answers_it_is_a_key_or_an_error(document: bytes) -> None:
    with pytest.raises(cpix.AnswerError):
        cpix.answer(document, uuid4())


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": b"short"},
        {"iv": b"short"},
        {"pssh": (b"\x00\x00\x00\x20pssh",)},
        {"pssh": (b"",)},
        {"hls_key_uri": 'skd://x",URI="https://elsewhere'},
        {"hls_key_uri": "skd://x\n#EXT-X-ENDLIST"},
        {"hls_key_uri": ""},
    ],
)
def test_what_packager_could_misread_is_no_key(wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"key_id": uuid4(), "key": bytes(16), **wrong}
    with pytest.raises(ValueError, match=r"16 bytes|pssh box|address"):
        TitleKey(**values)  # type: ignore[arg-type]
