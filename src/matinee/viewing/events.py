"""What `viewing` hears. It tells what is erased, listed, thumbed and dismissed."""

from matinee.contracts.events import PlaybackProgressed, ProfileRemoved, TitleRemoved
from matinee.kernel import people
from matinee.kernel.events import hears, hears_many
from matinee.viewing import actions, person

people.keeps("viewing", person.gather, person.erase)
hears_many("viewing", PlaybackProgressed)(actions.progress_record)


@hears("viewing", ProfileRemoved)
def on_profile_removed(event: ProfileRemoved) -> None:
    """All of a profile must go."""
    actions.viewer_remove(event.profile_id, event.occurred_at)


@hears("viewing", TitleRemoved)
def on_title_removed(event: TitleRemoved) -> None:
    """A title cannot be watched any more, by anybody."""
    actions.title_remove(event.title_id, event.occurred_at)
