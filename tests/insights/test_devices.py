"""A device is known by what its browser says it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.insights.rules.devices import Device, device_of

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/140.0", "computer"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "computer"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", "phone"),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {_WEBKIT} Mobile Safari/537.36", "phone"),
        (f"Mozilla/5.0 (Linux; Android 14; SM-X910) {_WEBKIT} Safari/537.36", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148", "tablet"),
        (f"Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) {_WEBKIT} TV Safari/537.36", "tv"),
        (f"Mozilla/5.0 (Web0S; Linux/SmartTV) {_WEBKIT} Chrome/108.0", "tv"),
        (f"Mozilla/5.0 (Linux; Android 11; BRAVIA 4K VH2) {_WEBKIT}", "tv"),
        ("Roku/DVP-14.5", "tv"),
        ("curl/8.9", "other"),
        ("", "other"),
    ],
)
def test_known_devices(user_agent: str, device: Device) -> None:
    assert device_of(user_agent) == device


@given(st.text(max_size=2000))
def test_whatever_is_said_is_some_device(user_agent: str) -> None:
    assert device_of(user_agent) in {"tv", "phone", "tablet", "computer", "other"}
