"""What `insights` hears. It tells nothing."""

from matinee.contracts.events import (
    HistoryErased,
    PlaybackProgressed,
    PlaybackStarted,
    ProfileRemoved,
    TitleChanged,
)
from matinee.insights import actions, person
from matinee.kernel import people
from matinee.kernel.events import hears

hears("insights", PlaybackStarted)(actions.play_note_start)
hears("insights", PlaybackProgressed)(actions.play_note_progress)
hears("insights", TitleChanged)(actions.title_name)
hears("insights", HistoryErased)(actions.history_forget)
hears("insights", ProfileRemoved)(actions.profile_forget)
people.keeps("insights", person.gather, person.erase)
