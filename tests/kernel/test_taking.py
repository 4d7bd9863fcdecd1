"""What is no message ends no worker, and a broker that comes back is found at once."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kombu.transport.virtual import Message

from matinee.kernel import ids, stores, taking, tasks
from matinee.kernel.settings import get
from tests.patience import PATIENCE_S, until

QUEUE = "of-tests"
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def message(**changed: object) -> dict[str, object]:
    """As a sender of ours writes one."""
    info = {"exchange": "", "routing_key": QUEUE}
    properties = {"delivery_tag": "a", "delivery_info": info}
    return {"body": "W10=", "headers": {"task": "t"}, "properties": properties, **changed}


def test_what_senders_of_ours_send_is_a_message() -> None:
    app = tasks.make_app(get().broker)
    with app:
        app.send_task("matinee.of_tests", queue=QUEUE)
    text = stores.connect().rpop(f"{tasks.PREFIX}{QUEUE}")
    assert isinstance(text, str)
    assert taking.is_message(json.loads(text))


@given(_json)
def test_anything_else_is_none(found: object) -> None:
    assert not taking.is_message(found)


@given(st.sampled_from(["body", "headers", "properties"]), _json)
def test_what_is_taken_for_a_message_can_be_read(part: str, value: object) -> None:
    found = message(**{part: value})
    if taking.is_message(found):
        Message({**found, "body": None})  # type: ignore[no-untyped-call]
        assert {found["headers"].get("task"): 1}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", [b"\x00\x01 no JSON", b"\xff", b"[1, 2]", json.dumps({"body": "W10="}).encode()]
)
def test_a_text_that_is_no_message_is_dropped_with_a_word(
    text: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    queue = f"{QUEUE}-{ids.uuid7().hex}"
    stores.connect().rpush(f"{tasks.PREFIX}{queue}", text)
    taken: list[str] = []

    def take(message: Message) -> None:
        taken.append(message.headers["task"])
        message.ack()  # type: ignore[no-untyped-call]

    def look() -> list[str]:
        with contextlib.suppress(TimeoutError):
            connection.drain_events(timeout=PATIENCE_S)
        return taken

    with tasks.make_app(get().broker) as app, app.connection_for_read() as connection:
        app.send_task("matinee.of_tests", queue=queue)
        connection.transport_cls = taking.Transport
        with connection.Consumer(queues=[app.amqp.queues[queue]], on_message=take):
            assert until(look) == ["matinee.of_tests"]
    assert "is dropped" in caplog.text
