"""What is ordered comes to lie on an edge, whole, within its bounds, and goes again."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from matinee.contracts.delivery import Site
from matinee.delivery import actions, queries
from matinee.delivery.actions import Placed
from matinee.delivery.agent.tiers import tier_of
from matinee.delivery.models import (
    AgentRecord,
    HoldingRecord,
    PackageRecord,
    PortionRecord,
)
from matinee.kernel import clock
from matinee.kernel.storage import Storage
from tests.delivery.conftest import ALL, Join, Origin, line, place, published

pytestmark = pytest.mark.django_db(databases=["delivery"])


def test_a_package_is_read_and_cut_into_ranges(package: str, store: Storage) -> None:
    title_id = published(package, store)
    sizes = PortionRecord.objects.filter(package=package).order_by("folder", "range")
    assert list(sizes.values_list("folder", "range", "files")) == [
        ("", 0, 1),
        ("v360", 0, 10),
        ("v360", 1, 3),
        ("v720", 0, 10),
        ("v720", 1, 3),
    ]
    row = PackageRecord.objects.get()
    assert (row.title_id, row.newest, row.published) == (title_id, True, True)
    assert row.bytes == sum(sizes.values_list("bytes", flat=True))
    assert len(queries.index_of(package).files) == 27
    assert actions.packages_index(store) == 0


def test_a_cache_that_somebody_cleared_away_is_made_again(join: Join) -> None:
    host = join()
    host.folder.cache.rmdir()
    host.agent.turn()
    assert host.folder.cache.is_dir()


def test_fill_brings_what_is_ordered_and_says_so(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    published(package, store)
    host = join()
    place(host, Placed(package, "v720", fill=0b01, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    held = host.folder.packages / package / "v720"
    assert sorted(path.name for path in held.iterdir()) == sorted(
        ["init.mp4", *(f"{n}.m4s" for n in range(1, 10))]
    )
    host.agent.turn()
    row = HoldingRecord.objects.get()
    assert (row.folder, row.ranges) == ("v720", 0b01)
    assert row.bytes == sum(path.stat().st_size for path in held.iterdir())
    agent = AgentRecord.objects.get()
    assert agent.fill_held_bytes == agent.fill_wanted_bytes == row.bytes
    assert len(from_origin.asked) == 10
    assert not list(host.folder.drafts.iterdir())


def test_what_came_wrong_is_not_kept(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    published(package, store)
    from_origin.broken.add(f"/fill/{package}/v720/3.m4s")
    host = join()
    place(host, Placed(package, "v720", fill=0b01, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    assert not host.folder.file(package, "v720/3.m4s").exists()
    host.agent.turn()
    agent = AgentRecord.objects.get()
    assert (agent.fill_state, agent.fill_failures) == ("stuck", 1)
    assert "v720/3.m4s: origin: sent something else than was encoded" in agent.fill_detail
    assert HoldingRecord.objects.get().ranges == 0  # a range with a hole is not held


def test_a_neighbour_is_asked_before_the_origin(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    published(package, store)
    actions.site_put(Site(id="paris", region="fr"))
    first = join("paris-1", from_origin.url, site="paris")
    second = join("paris-2", site="paris")
    assert second.row.region == "fr"
    one = Placed(package, "v360", fill=ALL, admit=0, remove=0)
    place(first, one)
    place(second, one)
    first.agent.turn()
    first.fill()
    first.agent.turn()
    actions.checks_record({"paris-1": (from_origin.url, 1.0)})
    place(second, one, Placed(package, "", fill=ALL, admit=0, remove=0))
    second.agent.turn()
    second.fill()
    assert second.agent.filler.progress().by_source.keys() == {"neighbour", "origin"}
    second.agent.turn()
    assert HoldingRecord.objects.filter(edge=second.row).count() == 2


def test_removal_and_admission_are_obeyed(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    assert from_origin
    published(package, store)
    host = join()
    place(host, Placed(package, "v720", fill=ALL, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    place(
        host,
        Placed(package, "v720", fill=0b01, admit=0, remove=0b10),
        Placed(package, "", fill=0, admit=0b01, remove=0),
    )
    host.agent.turn()
    assert not host.folder.file(package, "v720/10.m4s").exists()
    assert host.folder.file(package, "v720/9.m4s").exists()
    marks = {str(p.relative_to(host.folder.admitted)) for p in host.folder.admitted.rglob("[0-5]")}
    assert marks == {f"{package}/v720/0", f"{package}/-/0"}
    host.agent.turn()
    assert HoldingRecord.objects.get().ranges == 0b01


def test_what_nginx_stored_wrong_is_removed(join: Join, package: str, store: Storage) -> None:
    published(package, store)
    host = join()
    place(host, Placed(package, "v720", fill=0, admit=ALL, remove=0))
    host.agent.turn()
    for name, body in (("1.m4s", b"not this"), ("2.m4s", b"v720 2 " * 100)):
        path = host.folder.file(package, f"v720/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        host.logs(line(package, f"v720/{name}", c="stored"))
    for _ in range(3):
        host.agent.turn()
    assert not host.folder.file(package, "v720/1.m4s").exists()
    assert HoldingRecord.objects.get().bytes == 700


def test_a_full_disk_ends_admission_and_drops_what_is_worth_least(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    assert from_origin
    published(package, store)
    host = join()
    sizes = {
        row.folder: row.bytes for row in PortionRecord.objects.filter(package=package, range=0)
    }
    place(
        host,
        Placed(package, "v720", fill=0b01, admit=0, remove=0),
        Placed(package, "v360", fill=0b01, admit=0, remove=0),
    )
    host.agent.turn()
    host.fill()
    draft = queries.draft_of(host.row)
    actions.edge_put(draft.model_copy(update={"disk_bytes": sizes["v720"] + 10}))
    host.agent.turn()
    assert host.folder.file(package, "v720/1.m4s").exists()
    assert not host.folder.file(package, "v360/1.m4s").exists()
    host.fill()
    assert host.agent.filler.progress().state == "stuck"
    assert "disk is full" in host.agent.filler.progress().detail


@pytest.mark.parametrize(
    ("disk", "turns", "tier"),
    [("sda", "1", "hdd"), ("sda", "0", "ssd"), ("nvme0n1", "0", "nvme")],
)
@pytest.mark.parametrize("partition", ["", "p1"])
def test_a_disk_is_told_by_its_kind(
    tmp_path: Path, disk: str, turns: str, tier: str, partition: str
) -> None:
    queue = tmp_path / "devices" / disk / "queue"
    queue.mkdir(parents=True)
    (queue / "rotational").write_text(f"{turns}\n")
    place = tmp_path / "devices" / disk / partition
    place.mkdir(exist_ok=True)
    block = tmp_path / "dev" / "block"
    block.mkdir(parents=True)
    device = tmp_path.stat().st_dev
    (block / f"{os.major(device)}:{os.minor(device)}").symlink_to(place)
    assert tier_of(tmp_path, tmp_path) == tier


def test_fill_waits_for_its_quiet_hours(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    published(package, store)
    host = join()
    hour = (clock.now() + timedelta(hours=3)).hour
    quiet = {"quiet_from_hour": hour, "quiet_hours": 2}
    actions.edge_put(queries.draft_of(host.row).model_copy(update=quiet))
    place(host, Placed(package, "v720", fill=ALL, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    assert (host.agent.filler.progress().state, from_origin.asked) == ("waiting", [])
    with clock.shifted(timedelta(hours=3)):
        host.fill()
    assert host.agent.filler.progress().state == "idle"
    assert from_origin.asked


def test_holdings_are_told_whole_after_a_restart(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    assert from_origin
    published(package, store)
    host = join()
    place(
        host,
        Placed(package, "v720", fill=ALL, admit=0, remove=0),
        Placed(package, "v360", fill=ALL, admit=0, remove=0),
    )
    host.agent.turn()
    host.fill()
    host.agent.turn()
    assert HoldingRecord.objects.count() == 2
    for path in (host.folder.packages / package / "v360").iterdir():
        path.unlink()
    (host.folder.drafts / "left").write_bytes(b"half a file")
    host.start()
    host.agent.turn()
    assert [row.folder for row in HoldingRecord.objects.all()] == ["v720"]
    assert not list(host.folder.drafts.iterdir())
