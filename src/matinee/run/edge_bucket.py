"""An S3-compatible bucket behind the edge that comes along: where it is, and who asks.

Access is what the AWS tools read, too: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, if given
AWS_SESSION_TOKEN, and AWS_REGION; AWS_SKIP_SIGNATURE=true for a bucket that everybody may read.
"""

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from matinee.kernel.settings import Settings
from matinee.run.edge_template import Source
from matinee.run.spawning import CannotStartError

# What need not be escaped in an address, so that what is signed is what is sent.
_PLAIN = re.compile(r"[A-Za-z0-9._/-]*")
_HEADERS = """proxy_set_header X-Amz-Date $bucket_time;
proxy_set_header X-Amz-Content-Sha256
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;
proxy_set_header X-Amz-Security-Token $bucket_token;
proxy_set_header Authorization $bucket_authorization;"""


@dataclass(frozen=True)
class Bucket:
    """Where packages and artwork lie in the bucket that the settings name."""

    packages: Source
    artwork: Source


def bucket(settings: Settings) -> Bucket:
    """The bucket; CannotStartError if its name cannot stand in an address."""
    url = urlsplit(settings.media)
    folder = "/".join(part for part in (url.netloc, url.path.strip("/")) if part)
    if not _PLAIN.fullmatch(folder):
        raise CannotStartError(
            f"MATINEE_MEDIA_URL is {settings.media}, and the edge that comes along reads buckets"
            " and prefixes only of letters, digits, '.', '_', '-' and '/'. Choose such a prefix."
        )
    address = settings.s3_endpoint.rstrip("/") or f"https://s3.{_region()}.amazonaws.com"
    return Bucket(
        *(
            Source("bucket", address, path=f"/{folder}/{kind}/", headers=_HEADERS)
            for kind in ("packages", "artwork")
        )
    )


def access() -> dict[str, str]:
    """What requests are signed with; CannotStartError if there is nothing to sign with."""
    if os.environ.get("AWS_SKIP_SIGNATURE", "").lower() in {"1", "true"}:
        return {"id": "", "secret": "", "token": "", "region": _region()}
    found = {
        "id": os.environ.get("AWS_ACCESS_KEY_ID", ""),
        "secret": os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
        "token": os.environ.get("AWS_SESSION_TOKEN", ""),
        "region": _region(),
    }
    if not found["id"] or not found["secret"]:
        raise CannotStartError(
            "The media store is a bucket, and the edge that comes along has nothing to sign its"
            " requests with. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
            " AWS_SKIP_SIGNATURE=true if everybody may read the bucket."
        )
    return found


def _region() -> str:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
