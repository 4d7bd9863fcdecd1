"""A process that files facts and stops at a step, to be killed there.

Arguments: the step, the name of the database.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "matinee.run.django_settings"

import django
from django.conf import settings

END_S = 600


def main() -> None:
    step, database = sys.argv[1:]
    settings.DATABASES["insights"]["NAME"] = database
    django.setup(set_prefix=False)

    from matinee.insights import columns  # noqa: PLC0415 - after Django is set up
    from matinee.insights.actions import facts  # noqa: PLC0415

    def stopping_after(act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*arguments: Any, **more: Any) -> Any:
            outcome = act(*arguments, **more)
            print(step, flush=True)  # noqa: T201 - the killer waits for this line
            time.sleep(END_S)
            return outcome

        return acted

    if step == "written":
        columns.write = stopping_after(columns.write)
    else:
        facts.part_add = stopping_after(facts.part_add)
    facts.facts_file()


if __name__ == "__main__":
    main()
