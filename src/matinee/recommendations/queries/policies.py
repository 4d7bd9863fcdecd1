"""Policies as they lie in the database, and the decisions to learn new ones from."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from matinee.contracts.policies import Policies as PolicyList
from matinee.contracts.policies import PolicyRow, PolicySlot
from matinee.kernel import secret_files
from matinee.kernel import settings as kernel_settings
from matinee.recommendations import settings
from matinee.recommendations.models import Impression, Policy
from matinee.recommendations.rules.bandit.artwork import NOTHING_SEEN, PictureWorth
from matinee.recommendations.rules.bandit.dressing import Dresser
from matinee.recommendations.rules.bandit.hero import NOTHING_OPENED, HeroWorth
from matinee.recommendations.rules.bandit.learning import Decided
from matinee.recommendations.rules.bandit.opening import Opener
from matinee.recommendations.rules.bandit.pictures import Pictures
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.impressions import TAKEN_WITHIN
from matinee.recommendations.rules.tuning import USUAL, Tuning

_LISTED = 40
_TUNED_MAX = 64
_AS_USUAL = (USUAL.pictures, USUAL.pictures_explored, USUAL.hero, USUAL.hero_explored)

Arrays = Mapping[str, npt.NDArray[Any]]


@lru_cache(maxsize=1)
def pick_key() -> bytes:
    """What picks are sealed with."""
    return secret_files.read_or_make(kernel_settings.get().secrets / "pick_key").encode()[:64]


@dataclass(frozen=True)
class Policies:
    """The policies in service: of pictures, and of heroes."""

    dresser: Dresser
    opener: Opener
    _tuned: dict[tuple[object, ...], "Policies"] = field(default_factory=dict, repr=False)

    def tuned(self, tuning: Tuning) -> "Policies":
        """The same, but for what an experiment turns; kept, since it is asked for with each page.

        There are as many as variants of experiments that go on.
        """
        turned = (tuning.pictures, tuning.pictures_explored, tuning.hero, tuning.hero_explored)
        if turned == _AS_USUAL:
            return self
        if turned not in self._tuned:
            if len(self._tuned) >= _TUNED_MAX:
                self._tuned.clear()
            self._tuned[turned] = Policies(self._dresser(tuning), self._opener(tuning))
        return self._tuned[turned]

    def _dresser(self, tuning: Tuning) -> Dresser:
        own, explored = self.dresser, tuning.pictures_explored
        if explored is not None:
            own = replace(own, explored=explored)
        if tuning.pictures == "evenly":
            own = replace(own, version=0, worth=PictureWorth().fit(NOTHING_SEEN))
        return own

    def _opener(self, tuning: Tuning) -> Opener:
        own, explored = self.opener, tuning.hero_explored
        if explored is not None:
            own = replace(own, explored=explored)
        if tuning.hero == "evenly":
            own = replace(own, version=0, worth=HeroWorth().fit(NOTHING_OPENED))
        return own


def in_service(catalogue: Catalogue, before: Policies | None) -> Policies:
    """The policies that choose now; what is known of an unchanged catalogue is taken over."""
    same = before is not None and before.dresser.pictures.catalogue is catalogue
    pictures = before.dresser.pictures if before is not None and same else Pictures(catalogue)
    return Policies(_dresser(pictures), _opener())


def _dresser(pictures: Pictures) -> Dresser:
    version, arrays = _served("card")
    worth = PictureWorth().fit(NOTHING_SEEN) if arrays is None else PictureWorth().restore(arrays)
    return Dresser(version, pictures, worth, settings.get().artwork_explored)


def _opener() -> Opener:
    version, arrays = _served("hero")
    worth = HeroWorth().fit(NOTHING_OPENED) if arrays is None else HeroWorth().restore(arrays)
    return Opener(version, worth, settings.get().hero_explored)


def explored(slot: PolicySlot) -> float:
    """How much a policy explores."""
    return settings.get().artwork_explored if slot == "card" else settings.get().hero_explored


def served_version(slot: PolicySlot) -> int:
    """The version in service; 0 for the default, which has learnt nothing."""
    found = Policy.objects.filter(slot=slot, state="served").values_list("version", flat=True)
    return found.first() or 0


def newest() -> PolicyList:
    """The newest policies and how they were judged, newest first."""
    found = Policy.objects.order_by("-version").defer("body")[:_LISTED]
    return PolicyList(
        policies=[
            PolicyRow.model_validate(
                {
                    **one.report,
                    "version": one.version,
                    "slot": one.slot,
                    "learnt_at": one.learnt_at,
                    "state": one.state,
                }
            )
            for one in found
        ]
    )


def packed(arrays: Arrays) -> bytes:
    """A policy's arrays as one compressed archive."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def decided(slot: PolicySlot, now: datetime) -> Iterator[Decided]:
    """The newest decisions of which is known what came of them, at most `decisions_max`.

    What the profile had begun before would have been gone on with under any picture.
    """
    seen = Impression.objects.filter(
        slot=slot, begun=False, policy__isnull=False, last_at__lt=now - TAKEN_WITHIN
    )
    fields = ("profile_id", "title_id", "first_at", "policy", "arm", "among", "propensity")
    rows = seen.order_by("-last_at").values_list(*fields, "context", "taken_at")
    for *known, context, taken_at in rows[: settings.get().decisions_max].iterator(5_000):
        profile_id, title_id, first_at, policy, arm, among, propensity = known
        yield Decided(
            profile_id=profile_id,
            title_id=title_id,
            at_s=first_at.timestamp(),
            policy=policy,
            arm=arm,
            among=among,
            propensity=propensity,
            context=bytes(context),
            taken=taken_at is not None,
        )


def _served(slot: PolicySlot) -> tuple[int, Arrays | None]:
    found = Policy.objects.filter(slot=slot, state="served").values_list("version", "body").first()
    if found is None:
        return 0, None
    version, body = found
    with np.load(io.BytesIO(bytes(body or b"")), allow_pickle=False) as archive:
        return version, {name: archive[name] for name in archive.files}
