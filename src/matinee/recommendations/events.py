"""What recommendations hears; it tells ProfileExposed and what was seen of its pages."""

from matinee.contracts.catalog.labels import LabelsChanged
from matinee.contracts.events import (
    DismissalChanged,
    EditorialRowsChanged,
    EntitlementChanged,
    HistoryErased,
    MyListChanged,
    PlaybackProgressed,
    PlaybackStarted,
    ProfileChanged,
    ProfileRemoved,
    ThumbChanged,
    TitleChanged,
    TitleGranted,
    TitleRemoved,
)
from matinee.contracts.experiments import ExperimentsChanged
from matinee.contracts.offers import TitleOffered
from matinee.kernel import people
from matinee.kernel.events import hears, hears_many
from matinee.recommendations import person
from matinee.recommendations.actions import (
    account_plans,
    dismissals,
    experiments,
    impressions,
    labels,
    programme,
    titles,
    viewers,
    whereabouts,
)

SERVICE = "recommendations"

hears(SERVICE, TitleChanged)(titles.title_keep)
hears(SERVICE, TitleRemoved)(titles.title_forget)
hears(SERVICE, EditorialRowsChanged)(programme.programme_keep)
hears(SERVICE, LabelsChanged)(labels.labels_keep)
hears(SERVICE, EntitlementChanged)(account_plans.plan_keep)
hears(SERVICE, TitleGranted)(account_plans.own_title_keep)
hears(SERVICE, TitleOffered)(account_plans.offer_keep)
hears(SERVICE, ExperimentsChanged)(experiments.experiments_keep)
hears(SERVICE, ProfileChanged)(whereabouts.profile_keep)
hears_many(SERVICE, PlaybackStarted)(whereabouts.countries_keep)
hears_many(SERVICE, PlaybackProgressed)(viewers.plays_keep)
hears_many(SERVICE, PlaybackProgressed)(impressions.impressions_take)
hears(SERVICE, ThumbChanged)(viewers.thumb_keep)
hears(SERVICE, MyListChanged)(viewers.list_entry_keep)
hears(SERVICE, DismissalChanged)(dismissals.dismissal_keep)
hears(SERVICE, HistoryErased)(viewers.history_erase)
hears(SERVICE, ProfileRemoved)(viewers.viewer_forget)
hears(SERVICE, HistoryErased)(impressions.impressions_erase)
hears(SERVICE, ProfileRemoved)(impressions.impressions_forget)
people.keeps(SERVICE, person.gather, person.erase)
