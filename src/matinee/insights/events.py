"""What `insights` hears. It tells ExperimentsChanged."""

from matinee.contracts.business import MoneyBooked, SubscriptionChanged
from matinee.contracts.events import (
    HistoryErased,
    PlaybackProgressed,
    PlaybackStarted,
    ProfileRemoved,
    TitleChanged,
)
from matinee.contracts.experiments import ProfileExposed
from matinee.contracts.shown import RowsSeen, RowsTaken
from matinee.insights import actions, person
from matinee.insights.actions import exposures
from matinee.kernel import people
from matinee.kernel.events import hears, hears_many

hears_many("insights", PlaybackStarted)(actions.plays_note)
hears_many("insights", PlaybackProgressed)(actions.plays_note)
hears("insights", ProfileExposed)(exposures.exposure_note)
hears("insights", TitleChanged)(actions.title_name)
hears("insights", HistoryErased)(actions.history_forget)
hears("insights", ProfileRemoved)(actions.profile_forget)
hears("insights", SubscriptionChanged)(actions.subscription_note)
hears("insights", MoneyBooked)(actions.money_note)
hears("insights", RowsSeen)(actions.rows_note)
hears("insights", RowsTaken)(actions.rows_note)
people.keeps("insights", person.gather, person.erase)
