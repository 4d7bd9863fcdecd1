"""The letters of an installation without a mail server: they lie in a folder."""

import email
import re
from email.policy import default

from tests.journeys.service import Service
from tests.journeys.viewer import eventually


def link_to(service: Service, address: str, page: str) -> str:
    """The newest link to a page among the letters to an address, as it would be pressed."""

    def look() -> str | None:
        for path in sorted((service.home / "mail").glob("*.eml"), reverse=True):
            letter = email.message_from_bytes(path.read_bytes(), policy=default)
            found = re.search(rf"\S+{re.escape(page)}#\S+", letter.get_content())
            if letter["To"] == address and found:
                return found[0]
        return None

    return eventually(f"a letter with a link to {page}", look)
