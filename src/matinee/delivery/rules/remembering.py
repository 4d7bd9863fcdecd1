"""An outlook as bytes, and back, when packages and portions came or went in the meantime."""

import io
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from matinee.delivery.rules.forecast import MEMORIES_H, Popularity
from matinee.delivery.rules.listing import Listing
from matinee.delivery.rules.outlook import Outlook
from matinee.delivery.rules.shape import Shape

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def packed(known: Outlook, listing: Listing) -> bytes:
    """An outlook with the names that its arrays follow."""
    body = io.BytesIO()
    np.savez_compressed(
        body,
        packages=np.array(listing.packages, dtype=np.str_),
        names=np.array([f"{n.package}/{n.folder}/{n.range}" for n in listing.names], dtype=np.str_),
        plays=known.popularity.plays.astype(np.float32),
        chances=known.popularity.chances.astype(np.float32),
        trust=known.popularity.trust.astype(np.float32),
        passes=known.shape.passes.astype(np.float32),
        shape_plays=known.shape.plays.astype(np.float32),
        sums=np.array([known.fresh, known.plays_an_hour, known.hours]),
    )
    return body.getvalue()


def unpacked(body: bytes, listing: Listing) -> Outlook:
    """What was remembered, in the order of this listing.

    What the listing has not is forgotten, what is new in it was never seen. An outlook with other
    memories than today's is no use, and nothing is what is known.
    """
    fresh = Outlook.nothing(listing.portions, len(listing.packages))
    with np.load(io.BytesIO(body), allow_pickle=False) as kept:
        if kept["plays"].shape[0] != len(MEMORIES_H):
            return fresh
        titles = _places({name: n for n, name in enumerate(listing.packages)}, kept["packages"])
        portions = _places(
            {f"{n.package}/{n.folder}/{n.range}": place for n, place in listing.place.items()},
            kept["names"],
        )
        blank = fresh.popularity
        return Outlook(
            Popularity(
                _moved(blank.plays, kept["plays"], titles),
                _moved(blank.chances, kept["chances"], titles),
                _moved(blank.trust, kept["trust"], titles),
            ),
            Shape(
                _moved(fresh.shape.passes, kept["passes"], portions),
                _moved(fresh.shape.plays, kept["shape_plays"], titles),
            ),
            fresh=float(kept["sums"][0]),
            plays_an_hour=float(kept["sums"][1]),
            hours=float(kept["sums"][2]),
        )


def _places(now: Mapping[str, int], names: npt.NDArray[np.str_]) -> Ints:
    """Where each of the kept names stands now; -1 if it is gone."""
    return np.array([now.get(str(name), -1) for name in names], dtype=np.int64)


def _moved(blank: Floats, kept: Floats, places: Ints) -> Floats:
    there = places >= 0
    blank[..., places[there]] = kept[..., there]
    return blank
