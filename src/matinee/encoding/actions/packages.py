"""Packages: published, replaced, and removed once nobody can be playing from them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from matinee.contracts.events import EncodeReported, RenditionInfo, RenditionReady
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.encoding import queries
from matinee.encoding.actions.progress import announce_progress, tally_of
from matinee.encoding.actions.steps import Claim, StepLostError, Usage, follow, step_done
from matinee.encoding.models import Encode, Package
from matinee.encoding.rules.plan import Plan
from matinee.encoding.rules.report import report
from matinee.encoding.rules.source import Source
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce


@dataclass(frozen=True)
class Publication:
    """A package that lies in the media store, as `RenditionReady` tells of it."""

    name: str
    complete: bool
    duration_s: float
    renditions: list[RenditionInfo]
    audio: list[TrackInfo]
    subtitles: list[TrackInfo]
    storyboard: Storyboard
    stills: list[str]
    # Of the content key; None where it is not encrypted.
    key_id: UUID | None = None


def package_publish(claim: Claim, published: Publication, usage: Usage, *, kept_h: float) -> None:
    """Announce a package and count its step as done; what it replaces goes after `kept_h` hours."""
    with transaction_of("encoding"):
        encode = Encode.objects.select_for_update().get(pk=claim.encode_id)
        if encode.status != Encode.Status.ACTIVE:
            raise StepLostError(claim.name)
        step_done(encode, claim, {"package": published.name}, usage)
        Package.objects.create(
            encode=encode,
            title_id=encode.title_id,
            name=published.name,
            complete=published.complete,
            stills=published.stills,
        )
        replaced = Package.objects.filter(title_id=encode.title_id, remove_at=None)
        replaced.exclude(name=published.name).update(
            remove_at=clock.now() + timedelta(hours=kept_h)
        )
        announce("encoding", _event(encode, published))
        if published.complete:
            announce("encoding", _reported(encode))
            _end(encode)
        else:
            follow(encode)


def _end(encode: Encode) -> None:
    encode.tally = tally_of(encode).with_told([]).model_dump(mode="json")
    encode.status = Encode.Status.DONE
    encode.stage = "done"
    encode.fraction = 1.0
    encode.ended_at = clock.now()
    announce_progress(encode)
    encode.save()


def _event(encode: Encode, published: Publication) -> RenditionReady:
    return RenditionReady(
        encode_id=encode.pk,
        title_id=encode.title_id,
        package=published.name,
        complete=published.complete,
        duration_s=published.duration_s,
        renditions=published.renditions,
        audio=published.audio,
        subtitles=published.subtitles,
        storyboard=published.storyboard,
        stills=published.stills,
        key_id=published.key_id,
    )


def _reported(encode: Encode) -> EncodeReported:
    found = report(
        Source.model_validate(encode.source),
        Plan.model_validate(encode.plan),
        queries.facts_of_singles(encode.pk) | queries.facts_of(encode.pk, "judge-"),
        queries.usages_of(encode.pk),
    )
    return EncodeReported(encode_id=encode.pk, title_id=encode.title_id, report=found)


def packages_due(limit: int = 20) -> list[Any]:
    """The packages whose time is over, longest first."""
    due = Package.objects.filter(remove_at__lte=clock.now()).order_by("remove_at")
    return list(due[:limit])


def package_forget(package: Package) -> None:
    """Delete the record of a package whose files are gone."""
    with transaction_of("encoding"):
        Package.objects.filter(pk=package.pk).delete()
