"""What `playback` hears. It tells PlaybackStarted, PlaybackProgressed and ProfileExposed."""

from matinee.contracts.events import (
    EdgeChanged,
    EdgeRemoved,
    EntitlementChanged,
    HistoryErased,
    PackagesClassed,
    ProfileRemoved,
    RegionSteered,
    TitleChanged,
    TitleGranted,
    TitleRemoved,
)
from matinee.contracts.experiments import ExperimentsChanged
from matinee.contracts.sessions import SessionEnded
from matinee.kernel import people
from matinee.kernel.events import hears
from matinee.playback import actions, person

hears("playback", TitleChanged)(actions.title_keep)
hears("playback", TitleRemoved)(actions.title_forget)
hears("playback", EntitlementChanged)(actions.entitlement_keep)
hears("playback", TitleGranted)(actions.grant_keep)
hears("playback", EdgeChanged)(actions.edge_keep)
hears("playback", EdgeRemoved)(actions.edge_forget)
hears("playback", RegionSteered)(actions.plan_keep)
hears("playback", PackagesClassed)(actions.classes_keep)
hears("playback", ExperimentsChanged)(actions.experiments_keep)
hears("playback", HistoryErased)(actions.history_erase)
hears("playback", SessionEnded)(actions.plays_end)
hears("playback", ProfileRemoved)(actions.profile_forget)
people.keeps("playback", person.gather, person.erase)
