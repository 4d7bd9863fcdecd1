"""What it is worth that a request is answered, least first: in this order load is shed."""

from enum import IntEnum


class Worth(IntEnum):
    """How much somebody would miss the answer."""

    AHEAD = 0
    """Fetched before anybody asked: the start of a film that may be played."""
    TELLING = 1
    """What players and pages tell of themselves; figures can do without some of it."""
    ASIDE = 2
    """Search, more like this, Studio, what machines ask: done a little later as well."""
    PAGES = 3
    """What a viewer looks at: home, a title, their list."""
    COMING_IN = 4
    """Signing in, choosing who watches, paying: without it nothing else can be done."""
    PLAY = 5
    """A press of play, and the access token that it needs."""
    GOING_ON = 6
    """What a film that plays needs to go on: heartbeats, licences, keys."""
