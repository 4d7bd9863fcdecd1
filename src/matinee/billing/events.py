"""What `billing` hears. It tells `EntitlementChanged`."""

from matinee.billing import actions, person
from matinee.contracts.events import AccountCreated, TitleChanged
from matinee.kernel import people
from matinee.kernel.events import hears

people.keeps("billing", person.gather, person.erase)
hears("billing", TitleChanged)(actions.title_name)


@hears("billing", AccountCreated)
def on_account_created(event: AccountCreated) -> None:
    """A new account starts on the default plan."""
    actions.subscription_start_default(event.account_id)
