"""Demo films as the catalogue takes them in, and as people choose by."""

from collections.abc import Sequence

from matinee.contracts.catalog import Credit, Title, TitleDraft
from matinee.demo.films.records import DemoFilm, DemoSeries
from matinee.demo.personas import Subject


def of_film(film: DemoFilm) -> TitleDraft:
    """The draft of a film or an episode."""
    place = film.series
    draft = _of(film)
    if place is None:
        return draft
    return draft.model_copy(
        update={
            "kind": "episode",
            "series_slug": place.slug,
            "season": place.season,
            "episode": place.episode,
        }
    )


def of_series(series: DemoSeries) -> TitleDraft:
    """The draft of a series, which has no film of its own."""
    return _of(series).model_copy(update={"kind": "series"})


def is_of(draft: TitleDraft, title: Title) -> bool:
    """Whether a title was made from this draft: nobody else tells the same story by chance."""
    return (title.name, title.description, title.kind) == (
        draft.name,
        draft.description,
        draft.kind,
    )


def subject_of(film: DemoFilm, series: Sequence[DemoSeries]) -> Subject:
    """A film as people choose by; an episode is chosen as what its series is."""
    place = film.series
    chosen_as = next((one for one in series if place and one.slug == place.slug), film)
    return Subject(
        slug=film.slug,
        genres=chosen_as.genres,
        moods=chosen_as.moods,
        maturity_age=film.maturity_age,
        duration_s=film.duration_s,
        series_slug=None if place is None else place.slug,
        place=0 if place is None else place.episode,
    )


def _of(title: DemoFilm | DemoSeries) -> TitleDraft:
    return TitleDraft(
        name=title.title,
        slug=title.slug,
        tagline=title.tagline,
        description=title.description,
        year=title.year,
        maturity_age=title.maturity_age,
        language=title.language,
        genres=list(title.genres),
        moods=list(title.moods),
        credits=[Credit(name=person.name, role=person.role) for person in title.people],
    )
