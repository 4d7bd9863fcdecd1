"""A process that waits for the moment at which a title is published, to be killed meanwhile.

Argument: the name of the database.
"""

import os
import sys
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "matinee.run.django_settings"

import django
from django.conf import settings

WITHIN_S = 7200


def main() -> None:
    settings.DATABASES["catalog"]["NAME"] = sys.argv[1]
    django.setup(set_prefix=False)

    from matinee.catalog.actions import workflow  # noqa: PLC0415 - after Django is set up
    from matinee.kernel import clock  # noqa: PLC0415

    def wait(duration_s: float) -> None:
        print(duration_s, flush=True)  # noqa: T201 - the killer waits for this line
        time.sleep(duration_s)

    clock.pause = wait
    workflow.due_publish(WITHIN_S)


if __name__ == "__main__":
    main()
