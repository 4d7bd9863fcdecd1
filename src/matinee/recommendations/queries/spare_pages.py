"""Home pages for while there is no time to make any: the last one of the profile, or anybody's.

Once made, they ask no database. What they show may have changed meanwhile, and what may not be
watched any more is refused as it is played. Nothing that is seen of anybody's page is learnt from.
"""

import threading
from collections import OrderedDict
from typing import Literal, NamedTuple, cast

from matinee.contracts.previews import MadeUpViewer, PreviewRequest
from matinee.contracts.sessions import DeviceClass
from matinee.kernel import clock
from matinee.kernel.tokens import Caller
from matinee.recommendations.queries import kept_pages, previews
from matinee.recommendations.queries.kept_pages import Looker
from matinee.recommendations.queries.knowledge import held

# Of about 25 kB each.
_ANYBODYS_MAX = 200
_ANYBODYS_LAST_S = 300.0


class _Kind(NamedTuple):
    """What pages for nobody in particular differ by."""

    ceiling: int
    is_kids: bool
    language: str
    country: str
    platform: str


class SparePage(NamedTuple):
    """A page that was made before, as JSON compressed by gzip; and whose it is."""

    whose: Literal["own", "anybody"]
    compressed: bytes
    etag: str


_anybodys: OrderedDict[_Kind, tuple[float, bytes]] = OrderedDict()
_making = threading.Lock()


def spare_page(caller: Caller, country: str) -> SparePage:
    """What a caller in a country is shown now; Forbidden if no profile was chosen."""
    looker = Looker(caller.profile(), caller.maturity_age, country, caller.platform)
    own = kept_pages.kept.last_of(looker)
    if own is not None:
        return SparePage("own", own.compressed, own.etag)
    kind = _Kind(
        caller.maturity_age, caller.is_kids, caller.language or "en", country, caller.platform
    )
    return SparePage("anybody", _of_anybody(kind), "")


def _of_anybody(kind: _Kind) -> bytes:
    with _making:
        made_s, page = _anybodys.pop(kind, (float("-inf"), b""))
        if made_s < clock.monotonic_s() - _ANYBODYS_LAST_S:
            made_s, page = clock.monotonic_s(), _made(kind)
        _anybodys[kind] = (made_s, page)
        while len(_anybodys) > _ANYBODYS_MAX:
            _anybodys.popitem(last=False)
    return page


def _made(kind: _Kind) -> bytes:
    # A token has been through these checks already, and may say nothing of a device.
    viewer = MadeUpViewer.model_construct(
        language=kind.language,
        country=kind.country or None,
        maturity_age=kind.ceiling,
        is_kids=kind.is_kids,
        plan=None,
        platform=cast("DeviceClass", kind.platform),
        liked=[],
    )
    page = previews.preview(PreviewRequest(viewer=viewer)).page
    return kept_pages.compressed(held.current().writer.page(page))
