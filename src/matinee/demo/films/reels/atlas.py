"""Owns the series "Postcards from Elsewhere": what its three episodes share."""

from matinee.demo.films.records import Credit, DemoSeries, SeriesPlace

SERIES = DemoSeries(
    slug="postcards-from-elsewhere",
    title="Postcards from Elsewhere",
    tagline="Wish you were anywhere.",
    description=(
        "Three very short visits to places that do not take visitors: a planet that wears its "
        "moons, a coast that has no end however close you come, and a wood where the snow is "
        "cut by hand. Each card is signed by the same traveller. Nobody has worked out how the "
        "post gets through."
    ),
    year=2025,
    people=(
        Credit("Ines Halloran", "director"),
        Credit("Juno Halvard", "composer"),
        Credit("Mirela Dost", "writer"),
    ),
    genres=("Science fiction", "Animation"),
    moods=("wonder", "journey", "hypnotic"),
    maturity_age=0,
    language="zxx",
)

SEASON = 1


def place(episode: int) -> SeriesPlace:
    """An episode's place in the series."""
    return SeriesPlace(SERIES.slug, SERIES.title, SEASON, episode)
