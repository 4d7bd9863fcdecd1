"""Home pages of viewers who do not exist, for those who make the programme. Nobody's data."""

from datetime import datetime, timedelta
from uuid import UUID

from matinee.contracts.previews import HiddenRow, MadeUpViewer, PagePreview, PreviewRequest
from matinee.contracts.recommendations import HomePage
from matinee.kernel import clock
from matinee.recommendations.queries import policies
from matinee.recommendations.queries.knowledge import Knowledge, held
from matinee.recommendations.queries.making import Maker
from matinee.recommendations.rules import programme
from matinee.recommendations.rules.bandit.picks import Sealer
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.impressions import day_of
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.taste import PlayFact, ViewerFacts
from matinee.recommendations.rules.tuning import tuning_of

# Who is drawn for, where chance chooses: nobody has this id.
_NOBODY = UUID(int=0)
_LASTED_S = 3600.0


def preview(asked: PreviewRequest) -> PagePreview:
    """The page of a made-up viewer, as it would be with these rows at that moment."""
    knowledge = held.current()
    at = asked.at or clock.now()
    showing = _showing(knowledge, asked, at)
    page = Maker(knowledge, showing, Sealer(policies.pick_key(), _NOBODY, day_of(at))).page()
    return PagePreview(page=_unlogged(page), at=at, hidden=_hidden(showing, page))


def _showing(knowledge: Knowledge, asked: PreviewRequest, at: datetime) -> Showing:
    rows = knowledge.programme if asked.rows is None else tuple(asked.rows)
    return Showing(
        knowledge.catalogue,
        knowledge.models,
        _facts(knowledge.catalogue, asked.viewer, at),
        asked.viewer.maturity_age,
        at,
        rows,
        tuning_of({**knowledge.running.adopted, **asked.settings}),
        knowledge.offers,
    )


def _facts(catalogue: Catalogue, viewer: MadeUpViewer, at: datetime) -> ViewerFacts:
    known = [title_id for title_id in viewer.liked if title_id in catalogue.index]
    return ViewerFacts(
        plays=tuple(
            _play(catalogue, title_id, at - timedelta(days=days))
            for days, title_id in enumerate(known, start=1)
        ),
        thumbs=dict.fromkeys(known, True),
        language=viewer.language,
        is_kids=viewer.is_kids,
        country=viewer.country or "",
        plan=viewer.plan or "",
        platform=viewer.platform,
    )


def _play(catalogue: Catalogue, title_id: UUID, watched_at: datetime) -> PlayFact:
    """That a film, or the last episode of a series, was watched to the end."""
    item = catalogue.items[catalogue.index[title_id]]
    own = item.episodes[-1].id if item.episodes else item.id
    return PlayFact(own, _LASTED_S, _LASTED_S, True, watched_at, True)


def _unlogged(page: HomePage) -> HomePage:
    """Without the picks: nothing that is seen of it is to be learnt from."""
    hero = None if page.hero is None else page.hero.model_copy(update={"pick": ""})
    rows = [row.model_copy(update={"picks": ""}) for row in page.rows]
    return page.model_copy(update={"hero": hero, "rows": rows})


def _hidden(showing: Showing, page: HomePage) -> list[HiddenRow]:
    shown = {row.id for row in page.rows}
    chosen = programme.opening_row(showing)
    hidden = []
    for row in showing.programme:
        is_shown = row.id == chosen if row.shown_as == "hero" else f"editorial:{row.id}" in shown
        if not is_shown:
            why = programme.why_hidden(showing, row) or _CROWDED[row.shown_as]
            hidden.append(HiddenRow(id=row.id, name=row.name, why=why))
    return hidden


_CROWDED = {
    "row": "The page is full with rows that are worth more here, or all of it is in one row.",
    "hero": "Another hero comes first, or this viewer has seen all of its titles.",
}
