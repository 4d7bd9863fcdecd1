"""How refresh secrets follow each other: pure rules."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matinee.identity.rules import refreshing
from matinee.identity.rules.devices import name_of, place_of
from matinee.identity.rules.refreshing import GRACE, Links, Secret

NOW = datetime(2026, 11, 21, tzinfo=UTC)
secrets = st.text(st.characters(codec="ascii", exclude_characters="."), min_size=1, max_size=50)


def links(newest: Secret, before: Secret | None, age: timedelta) -> Links:
    digests = [None if each is None else refreshing.digest(each.link) for each in (newest, before)]
    assert digests[0] is not None
    return Links(digests[0], digests[1], NOW - age)


@given(secrets, secrets, secrets)
def test_what_is_read_is_what_was_written(family: str, link: str, key: str) -> None:
    secret = Secret(family, link)
    assert refreshing.read(str(secret)) == secret
    following = secret.after(key)
    assert following == secret.after(key)
    assert following.family == family
    assert following.link != link
    assert following != secret.after(key + "x")


@given(secrets, st.integers(0, 200))
def test_the_newest_link_goes_on_and_no_older_one_does(family: str, age_s: int) -> None:
    chain = [Secret(family, "first")]
    for _ in range(3):
        chain.append(chain[-1].after("key"))
    age = timedelta(seconds=age_s)
    kept = links(chain[3], chain[2], age)
    is_fresh = age < GRACE
    assert refreshing.verdict(chain[3], kept, NOW) == ("keep" if is_fresh else "turn")
    assert refreshing.verdict(chain[2], kept, NOW) == ("again" if is_fresh else "reused")
    for old in (chain[1], chain[0], Secret(family, "made up")):
        assert refreshing.verdict(old, kept, NOW) == "reused"


def test_a_secret_without_parts_is_its_own_family() -> None:
    assert refreshing.read("abc") == Secret("abc", "abc")
    assert refreshing.read("") == Secret("", "")
    assert refreshing.read("a.b.c") == Secret("a", "b.c")


def test_devices_are_called_what_people_call_them() -> None:
    known = {
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0": "Firefox on Linux",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/140.0.0.0 Safari/537.36 Edg/140.0": "Edge on Windows",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
        "Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) AppleWebKit/537.36 Chrome/108 Safari/537.36": (
            "Chrome on a Samsung television"
        ),
        "curl/8.0": "",
        "": "",
    }
    for agent, name in known.items():
        assert name_of(agent) == name


@given(st.text(max_size=2000))
def test_any_device_has_a_short_name(agent: str) -> None:
    assert len(name_of(agent)) <= 60
    assert len(place_of(agent, agent)) <= 60
