"""What the operator asks of encodes: once more, no further, and what the last one came to."""

from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.catalog import StageProgress, StudioTitle
from matinee.contracts.encoding import EncodeReport, RungReport, StageUsage, Trial
from matinee.contracts.events import EncodeReported, TitleRemoved
from matinee.kernel import ids
from tests.catalog.conftest import Asker, announced, code_of, ready, step, tell
from tests.catalog.test_encodes import film_comes, progress_of

pytestmark = pytest.mark.django_db(databases=["catalog"])


def order(owner: Asker, title_id: UUID, path: str) -> StudioTitle:
    answer = owner.ask("POST", f"studio/titles/{title_id}/{path}")
    assert answer.status_code == 200, answer.content
    return StudioTitle.model_validate_json(answer.content)


def refusal(owner: Asker, title_id: UUID, path: str) -> str:
    answer = owner.ask("POST", f"studio/titles/{title_id}/{path}")
    assert answer.status_code == 409, answer.content
    return code_of(answer)


def account(title_id: UUID, encode_id: UUID | None = None, **fields: Any) -> EncodeReported:
    rung = RungReport(
        name="h264-1",
        codec="h264",
        dynamic_range="sdr",
        width=1920,
        height=1080,
        crf=23.4,
        bitrate_bps=4_100_000,
        vmaf_aim=95,
        vmaf=94.7,
        vmaf_low=88.2,
        frames_measured=480,
        rounds=2,
    )
    report = EncodeReport(
        duration_s=60,
        trials=[
            Trial(codec="h264", lines=1080, crf=24, bitrate_bps=3_900_000, vmaf=94, on_hull=True)
        ],
        rungs=[rung],
        saved={"h264": 0.21},
        stages=[StageUsage(stage="encoding", steps=12, cpu_s=190.5, wall_s=101.25)],
    )
    event = EncodeReported(encode_id=encode_id or ids.uuid7(), title_id=title_id, report=report)
    return event.model_copy(update=fields)


@pytest.mark.parametrize("ended", ["failed", "done", "stopped"])
def test_an_encode_that_ended_begins_anew(owner: Asker, ended: str) -> None:
    title = owner.make("Film")
    assert refusal(owner, title.id, "encode") == "no_film"
    first = film_comes(title.id)
    assert refusal(owner, title.id, "encode") == "encode_running"
    encode_id = ids.uuid7()
    tell(step(title.id, encode_id, 1, stage="encoding"))
    assert refusal(owner, title.id, "encode") == "encode_running"
    tell(step(title.id, encode_id, 2, stage=ended))
    studio = order(owner, title.id, "encode")
    assert studio.title.status == "processing"
    assert studio.progress is not None
    assert studio.progress.stage == "queued"
    (told,) = announced("encode.requested")
    assert (told["source_key"], told["file_name"]) == (f"sources/{first}/a.mkv", "a.mkv")
    assert told["upload_id"] == str(studio.progress.encode_id) != str(first)
    assert len(announced("upload.completed")) == 1
    assert refusal(owner, title.id, "encode") == "encode_running"
    tell(step(title.id, encode_id, 3, stage="failed", error="Late news of the first encode."))
    assert progress_of(title.id).stage == "queued"


def test_what_plays_goes_on_playing_while_it_is_encoded_again(owner: Asker, viewer: Asker) -> None:
    title, encode_id = owner.make("Film"), ids.uuid7()
    film_comes(title.id)
    tell(ready(title.id, encode_id=encode_id), step(title.id, encode_id, 9, stage="done"))
    assert order(owner, title.id, "encode").title.status == "published"
    again = ids.uuid7()
    tell(step(title.id, again, 1, stage="probing"))
    order(owner, title.id, "encode/stop")
    tell(step(title.id, again, 2, stage="stopped"))
    assert viewer.title(title.id).status == "published"
    progress = progress_of(title.id)
    assert (progress.stage, progress.playable, progress.error) == ("stopped", True, None)


def test_stopping_needs_an_encode_that_runs(owner: Asker) -> None:
    title, encode_id = owner.make("Film"), ids.uuid7()
    assert refusal(owner, title.id, "encode/stop") == "nothing_to_stop"
    film_comes(title.id)
    order(owner, title.id, "encode/stop")
    tell(step(title.id, encode_id, 1, stage="encoding"))
    assert order(owner, title.id, "encode/stop").title.status == "processing"
    assert [told["title_id"] for told in announced("encode.stopped")] == [str(title.id)] * 2
    tell(step(title.id, encode_id, 2, stage="stopped"))
    assert owner.title(title.id).status == "draft"
    assert refusal(owner, title.id, "encode/stop") == "nothing_to_stop"


def test_each_stage_is_told_with_how_far_it_is(owner: Asker) -> None:
    title, encode_id = owner.make("Film"), ids.uuid7()
    stages = [
        StageProgress(stage="checking", fraction=1),
        StageProgress(stage="encoding", fraction=0.25),
    ]
    tell(step(title.id, encode_id, 1))
    assert progress_of(title.id).stages == []
    tell(step(title.id, encode_id, 2, stages=stages))
    assert progress_of(title.id).stages == stages
    tell(step(title.id, encode_id, 1, stages=stages[:1]))
    assert progress_of(title.id).stages == stages


def test_the_newest_account_is_served(owner: Asker) -> None:
    title = owner.make("Film")
    path = f"studio/titles/{title.id}/encode-report"
    assert code_of(owner.ask("GET", path)) == "no_report"
    older, newer = account(title.id), account(title.id)
    longer = newer.report.model_copy(update={"duration_s": 61.0})
    tell(newer)
    tell(older, newer.model_copy(update={"id": ids.uuid7(), "occurred_at": older.occurred_at}))
    answer = owner.ask("GET", path)
    assert EncodeReport.model_validate_json(answer.content) == newer.report
    tell(account(title.id, newer.encode_id, report=longer))
    answer = owner.ask("GET", path)
    assert EncodeReport.model_validate_json(answer.content).duration_s == 61


def test_an_account_of_a_removed_title_is_let_go(owner: Asker) -> None:
    title = owner.make("Film")
    tell(account(title.id))
    assert owner.ask("DELETE", f"studio/titles/{title.id}").status_code == 204
    tell(account(title.id))
    assert announced(TitleRemoved.type)
    answer = owner.ask("GET", f"studio/titles/{title.id}/encode-report")
    assert code_of(answer) == "unknown_title"
