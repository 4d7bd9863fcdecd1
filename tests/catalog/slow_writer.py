"""A process that takes in one long chunk of an upload, slowly, to be killed meanwhile.

Arguments: the upload's id, the offset, the film file, how many blocks it takes in before it waits
for its end, the name of the database.
"""

import os
import sys
import time
from pathlib import Path
from uuid import UUID

os.environ["DJANGO_SETTINGS_MODULE"] = "matinee.run.django_settings"

import django
from django.conf import settings

BLOCK_BYTES = 20_000
PAUSE_S = 0.005
END_S = 600


def main() -> None:
    upload_id, offset, film, blocks_max, database = sys.argv[1:]
    settings.DATABASES["catalog"]["NAME"] = database
    django.setup(set_prefix=False)

    from matinee.catalog.actions import chunks, uploads  # noqa: PLC0415 - after Django is set up

    chunks.RECORDED_BYTES = 50_000
    rest = Path(film).read_bytes()[int(offset) :]
    at = 0

    def read(size_bytes: int) -> bytes:
        nonlocal at
        time.sleep(PAUSE_S if at < int(blocks_max) * BLOCK_BYTES else END_S)
        block = rest[at : at + min(size_bytes, BLOCK_BYTES)]
        at += len(block)
        print(at, flush=True)  # noqa: T201 - the killer counts these lines
        return block

    uploads.upload_append(UUID(upload_id), chunks.Chunk(int(offset), len(rest), read))


if __name__ == "__main__":
    main()
