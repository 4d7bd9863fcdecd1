"""What the world reads of titles: in the words of each standard, and only where it may."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog import settings
from matinee.catalog.rules.sharing import head, json_ld, mrss, oembed, roku, sitemap
from matinee.catalog.rules.sharing.shared import Series, Shared, Site, iso_duration, shortened
from matinee.contracts.catalog import Artwork, Credit, RightsWindow, Title, TitleText
from matinee.contracts.ratings import Rating
from matinee.kernel import clock, ids
from tests.catalog.conftest import Asker, code_of, ready, tell

SITE = Site("https://films.example", "Films & more", "IS")
CHANGED = datetime(2026, 11, 2, 20, 30, tzinfo=UTC)
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MEDIA = f"{{{mrss.MEDIA}}}"
HOSTILE = '</script><script>alert(1)</script>"><b>& \u2028'


def film(**fields: Any) -> Title:
    known: dict[str, Any] = {
        "id": UUID(int=7), "slug": "lantern", "kind": "film", "name": "The Lantern",
        "tagline": "It burns.", "year": 2024, "maturity_age": 12, "duration_s": 5465.4,
        "genres": ["Drama", "Sci-Fi", "Lighthouses"], "keywords": ["sea"],
        "artwork": Artwork(poster="/artwork/p-600.jpg", backdrop="/artwork/b-1920.jpg"),
        "description": "A keeper and the sea.", "language": "en", "moods": [],
        "credits": [Credit(name="Ada", role="director"), Credit(name="Bo", role="cast")],
        "audio_languages": ["en"], "subtitle_languages": ["de"], "height": 1080,
        "status": "published", "published_at": CHANGED, "series_id": None, "season": None,
        "episode": None, "seasons": [], "play_title_id": None, "next_episode_id": None,
        "texts": [TitleText(language="de", name="Die Laterne")],
        "ratings": [Rating(system="fsk", mark="FSK 12", age=12),
                    Rating(system="us", mark="PG-13", age=13)],
        "external_ids": {"imdb": "tt0133093"},
    }  # fmt: skip
    return Title.model_validate({**known, **fields})


def shared(**fields: Any) -> Shared:
    return Shared(film(**fields), CHANGED)


EPISODE = Shared(
    film(kind="episode", slug="one", name="One", season=1, episode=2),
    CHANGED,
    Series("5", "harbour", "Harbour"),
)


def linked(one: Shared) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(json_ld.linked_data(one, SITE))
    return said


@given(st.floats(0, 10**6))
def test_durations_say_how_long_it_is(seconds: float) -> None:
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:([1-5]?\d)M)?(?:([1-5]?\d)S)?", iso_duration(seconds))
    assert found is not None
    assert found[0] != "PT"
    h, m, s = (int(part or 0) for part in found.groups())
    assert h * 3600 + m * 60 + s == round(seconds)


@given(st.text(max_size=80), st.integers(5, 60))
def test_what_is_shortened_fits(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text or text.startswith(short.removesuffix("…"))


def test_a_film_is_a_movie_with_what_search_engines_want() -> None:
    said = linked(shared())
    assert (said["@context"], said["@type"]) == ("https://schema.org", "Movie")
    assert said["url"] == said["@id"] == "https://films.example/title/lantern"
    assert said["duration"] == "PT1H31M5S"
    assert said["image"] == [
        "https://films.example/artwork/p-600.jpg",
        "https://films.example/artwork/b-1920.jpg",
    ]
    assert said["director"] == [{"@type": "Person", "name": "Ada"}]
    assert said["actor"] == [{"@type": "Person", "name": "Bo"}]
    assert said["alternateName"] == ["Die Laterne"]
    assert said["contentRating"] == "FSK 12, PG-13"
    assert said["sameAs"] == ["https://www.imdb.com/title/tt0133093"]
    action = said["potentialAction"]
    assert action["@type"] == "WatchAction"
    assert action["target"]["urlTemplate"] == said["url"]
    assert "eligibleRegion" not in action["actionAccessibilityRequirement"]
    somewhere = linked(shared(rights=[RightsWindow(territories=["NO", "IS"])]))
    regions = somewhere["potentialAction"]["actionAccessibilityRequirement"]["eligibleRegion"]
    assert [one["name"] for one in regions] == ["IS", "NO"]


def test_other_kinds_are_what_they_are() -> None:
    said = linked(EPISODE)
    assert (said["@type"], said["episodeNumber"]) == ("TVEpisode", 2)
    assert said["partOfSeason"] == {"@type": "TVSeason", "seasonNumber": 1}
    assert said["partOfSeries"]["url"] == "https://films.example/title/harbour"
    trailer = linked(shared(kind="trailer"))
    # What Google's page on videos requires.
    assert {"name", "description", "thumbnailUrl", "uploadDate"} <= set(trailer)
    assert (trailer["@type"], trailer["uploadDate"]) == ("VideoObject", CHANGED.isoformat())
    assert linked(shared(kind="series"))["@type"] == "TVSeries"
    assert linked(shared(kind="collection"))["@type"] == "Collection"


def parsed(text: str | bytes) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - what we have just written


class Elements(HTMLParser):
    """The elements of a head, as a browser would take them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def meta(self, key: str) -> list[str | None]:
        return [one["content"] for tag, one in self.found if key in one.values() and tag == "meta"]


def test_a_head_says_it_to_messengers() -> None:
    read = Elements(head.head(shared(), SITE))
    assert read.meta("og:title") == ["The Lantern (2024)"]
    assert read.meta("og:type") == ["video.movie"]
    assert read.meta("og:url") == ["https://films.example/title/lantern"]
    assert read.meta("og:image")[0] == "https://films.example/artwork/b-1920.jpg"
    assert read.meta("og:site_name") == ["Films & more"]
    assert read.meta("video:duration") == ["5465"]
    assert read.meta("twitter:card") == ["summary_large_image"]
    links = {one.get("rel"): one.get("href") for tag, one in read.found if tag == "link"}
    assert links["canonical"] == "https://films.example/title/lantern"
    assert oembed.slug_in("https://films.example/title/lantern", SITE) == "lantern"
    assert "oembed?url=https%3A%2F%2Ffilms.example%2Ftitle%2Flantern" in (links["alternate"] or "")
    assert Elements(head.head(EPISODE, SITE)).meta("og:type") == ["video.episode"]


def test_nothing_that_somebody_wrote_becomes_markup() -> None:
    one = shared(name=HOSTILE, description=HOSTILE, genres=[HOSTILE], keywords=[HOSTILE])
    read = Elements(head.head(one, SITE))
    assert [tag for tag, _ in read.found].count("script") == 1
    assert "b" not in {tag for tag, _ in read.found}
    script = next(text for text in read.texts if text.startswith("{"))
    assert json.loads(script)["name"] == HOSTILE
    assert read.meta("og:description") == [shortened(HOSTILE, 300)]
    feed = parsed(mrss.feed([one], SITE, CHANGED).encode())
    assert feed.findtext("channel/item/title") == HOSTILE


def test_sitemaps_are_as_the_protocol_says() -> None:
    root = parsed(sitemap.index(2, SITE).encode())
    assert root.tag == f"{SITEMAP}sitemapindex"
    assert [one.text for one in root.iter(f"{SITEMAP}loc")] == [
        "https://films.example/sitemap-1.xml",
        "https://films.example/sitemap-2.xml",
    ]
    page = sitemap.page([sitemap.Place("lantern", CHANGED)], SITE)
    root = parsed(page.encode())
    assert root.tag == f"{SITEMAP}urlset"
    assert root.findtext(f"{SITEMAP}url/{SITEMAP}loc") == "https://films.example/title/lantern"
    lastmod = root.findtext(f"{SITEMAP}url/{SITEMAP}lastmod") or ""
    assert datetime.fromisoformat(lastmod) == CHANGED
    largest = sitemap.page([sitemap.Place("x" * 80, CHANGED)] * sitemap.ADDRESSES_A_PAGE, SITE)
    assert len(largest.encode()) < 50 * 1024**2
    assert "Sitemap: https://films.example/sitemap.xml" in sitemap.robots(SITE)


def test_the_feed_is_rss_with_media() -> None:
    text = mrss.feed([shared(), EPISODE], SITE, CHANGED)
    root = parsed(text.encode())
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert channel is not None
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    item, _ = channel.findall("item")
    assert item.findtext("guid") == str(UUID(int=7))
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == CHANGED
    content = item.find(f"{MEDIA}content")
    assert content is not None
    assert (content.get("medium"), content.get("duration")) == ("video", "5465")
    player = content.find(f"{MEDIA}player")
    assert player is not None
    assert player.get("url") == "https://films.example/title/lantern"
    assert len(list(content.iter(f"{MEDIA}thumbnail"))) == 2
    assert {one.get("role") for one in content.iter(f"{MEDIA}credit")} == {"director", "cast"}
    assert "\x07" not in mrss.feed([shared(name="A\x07B")], SITE, CHANGED)


def test_roku_finds_what_its_feed_requires() -> None:
    listed = [shared(), EPISODE, shared(kind="series", duration_s=None), shared(kind="trailer")]
    said = json.loads("".join(roku.feed(listed, SITE)))
    assert (said["version"], said["defaultAvailabilityCountries"]) == ("1", ["is"])
    movie, episode, series = said["assets"]
    assert [one["type"] for one in said["assets"]] == ["movie", "episode", "series"]
    for asset in said["assets"]:
        assert {"id", "type", "titles"} <= set(asset)
        assert all(len(one["value"]) <= 200 for one in asset["shortDescriptions"])
        assert all(len(one["value"]) <= 500 for one in asset["longDescriptions"])
        assert set(asset["genres"]) <= roku.GENRES
    assert movie["genres"] == ["drama", "science fiction"]
    assert movie["tags"] == ["lighthouses", "sea"]
    (option,) = movie["content"]["playOptions"]
    assert option == {"license": "subscription", "quality": "fhd", "playId": str(UUID(int=7))}
    assert {"source": "MPAA", "value": "PG-13"} in movie["advisoryRatings"]
    assert {"source": "FSK", "value": "12"} in movie["advisoryRatings"]
    assert movie["titles"][1] == {"value": "Die Laterne", "languages": ["de"]}
    assert episode["episodeInfo"] == {"seriesId": "5", "seasonNumber": 1, "episodeNumber": 2}
    assert "content" not in series
    assert json.loads("".join(roku.feed([], SITE)))["assets"] == []


def test_a_card_is_as_large_as_there_is_room() -> None:
    card = oembed.card(shared(), SITE, 10_000, 10_000)
    # Section 2.3.4.1: required, and a picture only with both of its sides.
    assert (card["type"], card["version"]) == ("link", "1.0")
    assert (card["thumbnail_width"], card["thumbnail_height"]) == (1920, 1080)
    assert oembed.card(shared(), SITE, 700, 1000)["thumbnail_width"] == 600
    assert "thumbnail_url" not in oembed.card(shared(), SITE, 100, 100)
    root = parsed(oembed.as_xml(card).encode())
    assert (root.tag, root.findtext("title")) == ("oembed", "The Lantern")
    for url in ("https://other.example/title/lantern", "https://films.example/watch/lantern",
                "https://films.example/title/a/b", "http://films.example/title/lantern",
                "http://[", ""):  # fmt: skip
        assert oembed.slug_in(url, SITE) is None


ADDRESSES = ("head/lantern", "sitemap.xml", "sitemap-1.xml", "robots.txt", "mrss.xml", "roku.json",
             "oembed?url=http://127.0.0.1/title/lantern")  # fmt: skip


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MATINEE_CATALOG_PUBLIC", "true")
    settings.get.cache_clear()
    yield
    monkeypatch.undo()
    settings.get.cache_clear()


def body(path: str, status: int = 200) -> bytes:
    answer = Asker(signed_in=False).send("GET", f"shared/{path}")
    assert answer.status_code == status, answer.content
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type, no-any-return, attr-defined, unused-ignore] # it may stream


@pytest.mark.django_db(databases=["catalog"])
def test_nothing_is_public_unless_the_operator_says_so(owner: Asker) -> None:
    tell(ready(owner.make("Lantern").id))
    for path in ADDRESSES:
        answer = Asker(signed_in=False).send("GET", f"shared/{path}")
        assert (answer.status_code, code_of(answer)) == (404, "not_public"), path


@pytest.mark.django_db(databases=["catalog"])
@pytest.mark.usefixtures("public")
def test_what_is_published_and_within_its_rights_is_shared(owner: Asker) -> None:
    now = clock.now()
    shown = owner.make("Lantern", rights=[{"territories": ["IS"]}])
    past = owner.make("Past", rights=[{"ends_at": now - timedelta(days=1)}])
    coming = owner.make("Coming", rights=[{"starts_at": now + timedelta(days=1)}])
    series = owner.make("Harbour", kind="series", rights=[{"ends_at": now - timedelta(days=1)}])
    part = owner.make("Part", kind="episode", series_slug=series.slug)
    draft = owner.make("Draft")
    tell(*(ready(one.id) for one in (shown, past, coming, part)))
    read = Elements(body("head/lantern").decode())
    assert read.meta("og:title") == ["Lantern"]
    for one in (past, coming, part, series, draft):
        body(f"head/{one.slug}", 404)
    assert body("sitemap-1.xml").decode().count("<loc>") == 1
    body("sitemap-2.xml", 404)
    feed = parsed(body("mrss.xml"))
    assert [one.text for one in feed.findall("channel/item/title")] == ["Lantern"]
    assert [one["id"] for one in json.loads(body("roku.json"))["assets"]] == [str(shown.id)]
    assert b"/sitemap.xml" in body("robots.txt")
    page = "http://127.0.0.1:8480/title/lantern"
    card = json.loads(body(f"oembed?url={page}"))
    assert (card["title"], card["provider_name"]) == ("Lantern", "Matinee")
    assert b"<oembed>" in body(f"oembed?url={page}&format=xml")
    body(f"oembed?url=https://other.example/{ids.uuid7()}", 404)
