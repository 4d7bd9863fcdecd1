"""What `delivery` hears. It tells EdgeChanged and EdgeRemoved."""

from matinee.contracts.events import TitleChanged, TitleRemoved
from matinee.delivery import actions, person
from matinee.kernel import people
from matinee.kernel.events import hears

hears("delivery", TitleChanged)(actions.title_keep)
hears("delivery", TitleRemoved)(actions.title_forget)
people.keeps("delivery", person.gather, person.erase)
