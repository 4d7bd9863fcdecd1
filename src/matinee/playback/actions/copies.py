"""Keeping copies of what other services own. Facts come in no certain order: the newest stays."""

from uuid import UUID

from matinee.contracts.events import (
    EdgeChanged,
    EdgeRemoved,
    EntitlementChanged,
    PackagesClassed,
    RegionSteered,
    TitleChanged,
    TitleGranted,
    TitleRemoved,
)
from matinee.contracts.experiments import ExperimentsChanged
from matinee.kernel.copies import keep_newest
from matinee.kernel.databases import transaction_of
from matinee.playback.models import (
    EdgeCopy,
    EntitlementCopy,
    ExperimentsCopy,
    PackageClass,
    RegionPlan,
    SealedKey,
    TitleCopy,
    TitleGrantCopy,
)
from matinee.playback.queries import RUNNING
from matinee.playback.rules import FOREVER


def title_keep(event: TitleChanged) -> None:
    """Keep a title as it is now, unless something newer is known."""
    title = event.title
    values = {
        "kind": title.kind,
        "name": title.name,
        "status": title.status,
        "maturity_age": title.maturity_age,
        "ratings": {one.system: one.age for one in title.ratings if one.age is not None},
        "package": event.package,
        "key_id": event.key_id,
        "duration_s": title.duration_s,
        "audio": [track.model_dump() for track in event.audio],
        "subtitles": [track.model_dump() for track in event.subtitles],
        "storyboard": None if event.storyboard is None else event.storyboard.model_dump(),
        "next_title_id": title.next_episode_id,
        "rights": [window.model_dump(mode="json") for window in title.rights],
    }
    with transaction_of("playback"):
        keep_newest(TitleCopy, {"id": title.id}, event, values)


def title_forget(event: TitleRemoved) -> None:
    """Note that a title is gone for good; whatever is heard of it later, it stays gone."""
    gone = {
        "removed": True,
        "kind": "",
        "name": "",
        "status": "withdrawn",
        "maturity_age": 0,
        "ratings": {},
        "package": None,
        "key_id": None,
        "duration_s": None,
        "audio": [],
        "subtitles": [],
        "storyboard": None,
        "next_title_id": None,
        "rights": [],
        # Nothing can be newer.
        "heard_at": FOREVER,
        "heard_id": UUID(int=0),
    }
    with transaction_of("playback"):
        TitleCopy.objects.update_or_create(id=event.title_id, defaults=gone)
        # Without its key nobody can watch a copy of a package that was kept somewhere.
        SealedKey.objects.filter(title_id=event.title_id).delete()


def entitlement_keep(event: EntitlementChanged) -> None:
    """Keep what an account may watch, unless something newer is known."""
    values = event.entitlement.model_dump(exclude={"account_id"})
    with transaction_of("playback"):
        keep_newest(EntitlementCopy, {"id": event.entitlement.account_id}, event, values)


def grant_keep(event: TitleGranted) -> None:
    """Keep that an account has rented or bought a title, unless something newer is known."""
    which = {"account_id": event.account_id, "title_id": event.title_id}
    with transaction_of("playback"):
        keep_newest(TitleGrantCopy, which, event, {"ends_at": event.ends_at})


def edge_keep(event: EdgeChanged) -> None:
    """Keep an edge as it is now, unless something newer is known."""
    values = {"edge": event.edge.model_dump(mode="json")}
    with transaction_of("playback"):
        keep_newest(EdgeCopy, {"name": event.edge.id}, event, values)


def edge_forget(event: EdgeRemoved) -> None:
    """Note that an edge serves no more, unless it has come back since."""
    with transaction_of("playback"):
        keep_newest(EdgeCopy, {"name": event.edge_id}, event, {"edge": None})


def plan_keep(event: RegionSteered) -> None:
    """Keep what is planned for a region's viewers, unless something newer is known."""
    with transaction_of("playback"):
        keep_newest(RegionPlan, {"region": event.region}, event, {"orders": event.orders})


def experiments_keep(event: ExperimentsChanged) -> None:
    """Keep what is varied on viewers, unless something newer is known."""
    running = event.running.model_dump(mode="json")
    with transaction_of("playback"):
        keep_newest(ExperimentsCopy, {"name": RUNNING}, event, {"running": running})


def classes_keep(event: PackagesClassed) -> None:
    """Keep the title classes of packages, unless something newer is known."""
    with transaction_of("playback"):
        # In one order in every handler, so that two of them never wait for each other.
        for package, title_class in sorted(event.classes.items()):
            keep_newest(PackageClass, {"package": package}, event, {"title_class": title_class})
