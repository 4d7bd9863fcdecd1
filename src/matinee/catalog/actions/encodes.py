"""What `encoding` tells changes a title: how far its encode is, and what can be played."""

from matinee.catalog import queries, rules
from matinee.catalog.actions import leftovers
from matinee.catalog.actions.families import SERVICE, facts_of, family_lock, family_settle
from matinee.catalog.actions.films import films_older_note
from matinee.catalog.actions.webhooks import encode_tell
from matinee.catalog.models import Encode, EncodeAccount, Package, Title
from matinee.catalog.rules import pace
from matinee.contracts.encode_outlooks import EncodePlanned
from matinee.contracts.events import EncodeProgressed, EncodeReported, RenditionReady
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import NotFound


def encode_progress(event: EncodeProgressed) -> bool:
    """Keep the newest step of a title's newest encode; whether it was news."""
    with transaction_of(SERVICE):
        row = _row(event)
        if row is None:
            return False
        known = queries.encode_of(row)
        step = rules.EncodeStep(event.encode_id, event.revision)
        if known is not None and step <= rules.EncodeStep(known.encode_id, known.revision):
            return False
        Encode._default_manager.update_or_create(
            title_id=row.pk, defaults=_progress(event) | _course(known, event)
        )
        if known is None or known.encode_id != event.encode_id:
            row.uploads.filter(encode_awaited=True).update(encode_awaited=False)
        Title._default_manager.filter(pk=row.pk).update(updated_at=clock.now())
        _settle_if_facts_turned(row)
        encode_tell(event)
        return True


def rendition_take(event: RenditionReady) -> bool:
    """Let a package play if it is better than the present one; whether it is."""
    with transaction_of(SERVICE):
        row = _row(event)
        if row is None:
            return False
        known = queries.package_of(row)
        rank = rules.PackageRank(event.encode_id, event.complete, event.occurred_at, event.package)
        if known is not None and rank <= _rank(known):
            return False
        Package._default_manager.update_or_create(title_id=row.pk, defaults=_columns(event))
        Title._default_manager.filter(pk=row.pk).update(updated_at=clock.now())
        family_settle(row.series_id or row.pk)
        leftovers.send_after_commit("matinee.catalog.cut_artwork", title_id=str(row.pk))
        if event.complete:
            films_older_note(row)
        return True


def report_take(event: EncodeReported) -> bool:
    """Keep the account of a title's newest encode that gave one; whether it was news."""
    with transaction_of(SERVICE):
        row = _row(event)
        if row is None:
            return False
        known = EncodeAccount._default_manager.filter(title_id=row.pk).first()
        told = (event.encode_id, event.occurred_at)
        if known is not None and told <= (known.encode_id, known.occurred_at):
            return False
        EncodeAccount._default_manager.update_or_create(
            title_id=row.pk,
            defaults={
                "encode_id": event.encode_id,
                "occurred_at": event.occurred_at,
                "report": event.report.model_dump(mode="json"),
            },
        )
        return True


def outlook_take(event: EncodePlanned) -> bool:
    """Keep what a title's newest encode has tried and chosen so far; whether it was news."""
    with transaction_of(SERVICE):
        row = _row(event)
        known = None if row is None else queries.encode_of(row)
        # One that is heard before its encode's first step is let go: the next one says as much.
        if known is None or known.encode_id != event.encode_id:
            return False
        if known.outlook_at is not None and known.outlook_at >= event.occurred_at:
            return False
        Encode._default_manager.filter(pk=known.pk).update(
            outlook=event.outlook.model_dump(mode="json"), outlook_at=event.occurred_at
        )
        return True


def _progress(event: EncodeProgressed) -> dict[str, object]:
    return {
        "encode_id": event.encode_id,
        "revision": event.revision,
        "stage": event.stage,
        "fraction": min(1.0, max(0.0, event.fraction)),
        "stages": [stage.model_dump(mode="json") for stage in event.stages],
        "error": event.error,
    }


def _course(known: Encode | None, event: EncodeProgressed) -> dict[str, object]:
    """When the encode began and ended and how fast it goes; that of an older one is forgotten."""
    is_new = known is None or known.encode_id != event.encode_id
    paces = [] if known is None or is_new else [pace.Moment(*one) for one in known.paces]
    moment = pace.Moment(event.occurred_at.timestamp(), event.fraction)
    began_at = None if known is None or is_new else known.began_at
    if began_at is None and event.stage != "queued":
        began_at = event.occurred_at
    course: dict[str, object] = {
        "paces": pace.with_moment(paces, moment),
        "began_at": began_at,
        "ended_at": event.occurred_at if event.stage in rules.ENDED else None,
    }
    return course | ({"outlook": None, "outlook_at": None} if is_new else {})


def _row(event: EncodeProgressed | EncodePlanned | RenditionReady | EncodeReported) -> Title | None:
    """The title's row, its family locked; None if it is gone, which is no failure."""
    try:
        return family_lock(event.title_id)
    except NotFound:
        return None


def _rank(known: Package) -> rules.PackageRank:
    return rules.PackageRank(known.encode_id, known.complete, known.occurred_at, known.prefix)


def _columns(event: RenditionReady) -> dict[str, object]:
    return {
        "encode_id": event.encode_id,
        "complete": event.complete,
        "occurred_at": event.occurred_at,
        "prefix": event.package,
        "key_id": event.key_id,
        "duration_s": event.duration_s,
        "height": max((rung.height for rung in event.renditions), default=None),
        "audio": [track.model_dump(mode="json") for track in event.audio],
        "subtitles": [track.model_dump(mode="json") for track in event.subtitles],
        "storyboard": event.storyboard and event.storyboard.model_dump(mode="json"),
        "stills": event.stills,
    }


def _settle_if_facts_turned(row: Title) -> None:
    """Spare the reading of the whole family at every step: few steps turn a status."""
    if facts_of(row, []) != facts_of(queries.row_of(row.pk), []):
        family_settle(row.series_id or row.pk)
