"""The settings that all services share, read once from the environment (`MATINEE_…`).

On one machine `MATINEE_HOME` alone decides: every other address is derived from
it. On many machines each engine is named by a URL, and nothing else changes.
"""

import hashlib
import os
import tempfile
from functools import cached_property, lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matinee.kernel import secret_files

# A unix socket's address holds 107 bytes; the longest name below `run` is `postgres/.s.PGSQL.5432`.
_SOCKET_FOLDER_LENGTH_MAX = 80
# Who listens on every address is reached at the loopback one.
_REACHED_AT = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - looked up, not bound
# Stands in an address for the name of any service.
_SERVICE = "{service}"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


class Settings(BaseSettings):
    """Where everything is. Each field is the environment variable `MATINEE_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("var"), description="Folder that holds all state")
    address: Annotated[str, StringConstraints(pattern=r"^\[?[\w.:-]+\]?:\d{1,5}$")] = Field(
        default="127.0.0.1:8480", description="HOST:PORT that the service listens on"
    )
    public_url: str = Field(
        default="", description="Address that viewers use, where it differs from `address`"
    )
    database_url: str = Field(
        default="",
        description="postgresql://USER:PASSWORD@HOST/ of a server of your own; each service uses "
        "the database matinee_<service> in it",
    )
    redis_url: str = Field(
        default="", description="redis:// or rediss:// of a Redis or Valkey of your own"
    )
    media_url: str = Field(
        default="", description="file:///… or s3://BUCKET/PREFIX of the media store"
    )
    s3_endpoint: str = Field(
        default="", description="Address of an S3-compatible store that is not Amazon's"
    )
    secrets_folder: Path | None = Field(
        default=None, description="Folder of key files; default: `secrets` in the home folder"
    )
    transit_url: Annotated[str, StringConstraints(pattern=r"^(https?://.+/keys/[^/]+)?$")] = Field(
        default="",
        description="https://HOST:PORT/v1/MOUNT/keys/NAME of a Vault's or OpenBao's transit key "
        "that wraps data keys, with its token in the secrets folder as `transit_token`; empty: "
        "they are wrapped with a key in the secrets folder",
    )
    kms_url: Annotated[str, StringConstraints(pattern=r"^(https?://.+/alias/[\w/-]+)?$")] = Field(
        default="",
        description="https://kms.REGION.amazonaws.com/alias/NAME of a key at Amazon's Key "
        "Management Service that wraps data keys, with an access key's id and secret, a line "
        "each, in the secrets folder as `kms_credentials`",
    )
    services_url: Annotated[
        str, StringConstraints(pattern=r"^(https?://[^/]*\{service\}[^/]*)?$")
    ] = Field(
        default="",
        description="Where each service listens when they are on hosts or in containers of "
        "their own, with its name left open: `http://{service}:8000`; empty: all are on this "
        "machine",
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(),
        description="Addresses or networks of reverse proxies before the edge, as "
        '`["10.0.0.0/8"]`, whose word on viewers\' addresses is believed; a proxy on this machine '
        "is believed wherever there is a `public_url`",
    )
    engine_user: str = Field(
        default="nobody", description="Whom engines run as when Matinee is started by root"
    )
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = Field(
        default="",
        description="Country whose rights and charts count (ISO 3166-1, as in IS), where no header "
        "says another; empty: titles with territories are shown nowhere",
    )
    country_header: str = Field(
        default="",
        description="Header in which a proxy of yours says a viewer's country; it must replace "
        "what clients send under that name",
    )
    address_requests_per_second: int = Field(
        default=300,
        ge=1,
        description="Requests a second that one address may make of the services, five times that "
        "at once; a house or campus behind one address needs room",
    )
    api_token_requests_per_minute: int = Field(
        default=1200, ge=1, description="Requests a minute that one API token may make"
    )
    outbound_private_hosts: tuple[str, ...] = Field(
        default=(),
        description="Hosts of your own network that webhooks and sign-in providers may be at, as "
        '`["crm.internal", "10.0.0.5:8080"]`; other private addresses are never asked',
    )
    smtp_url: str = Field(
        default="",
        pattern=r"^(smtps?://.+)?$",
        description="Mail server for letters to viewers, `smtps://USER@HOST`; its password lies "
        "in `smtp_password` of the secrets folder. Empty: letters go into `mail` in the home",
    )
    mail_from: str = Field(
        default="Matinee <matinee@localhost>", description="Whom letters to viewers are from"
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: Literal["text", "json"] = Field(
        default="text", description="How log lines look: for people, or an object each for machines"
    )
    traces_url: Annotated[str, StringConstraints(pattern=r"^(https?://.+)?$")] = Field(
        default="",
        description="Address that takes OpenTelemetry traces over OTLP/HTTP, as "
        "`http://collector:4318/v1/traces`; a bearer token for it lies in `traces_token` of the "
        "secrets folder. Empty: nothing is traced",
    )
    traces_ratio: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Share of page loads and presses of play, and of requests that say nothing of "
        "it themselves, that is traced",
    )

    @model_validator(mode="after")
    def _one_wrapper(self) -> Self:
        if self.transit_url and self.kms_url:
            msg = "MATINEE_TRANSIT_URL and MATINEE_KMS_URL exclude each other: set one of them"
            raise ValueError(msg)
        return self

    @field_validator("country_header")
    @classmethod
    def _passed_on(cls, value: str) -> str:
        if value.lower().startswith(("x-user-", "x-forwarded-", "x-real-", "x-remote-")):
            msg = "names a header that the edge drops; let the proxy use another, as X-Country"
            raise ValueError(msg)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one, strict=False)
        return value

    @field_validator("home", "secrets_folder")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://")):
            msg = "must start with postgresql://"
            raise ValueError(msg)
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "redis+socket://")):
            msg = "must start with redis:// or rediss://"
            raise ValueError(msg)
        return value

    @field_validator("media_url")
    @classmethod
    def _media(cls, value: str) -> str:
        if value and not value.startswith(("file:///", "s3://")):
            msg = "must start with file:/// or s3://"
            raise ValueError(msg)
        return value

    @cached_property
    def secrets(self) -> Path:
        """The folder of key files."""
        return self.secrets_folder or self.home / "secrets"

    @cached_property
    def run_folder(self) -> Path:
        """The folder of sockets; outside the home folder only where that one's path is too long."""
        inside = self.home / "run"
        if len(os.fsencode(inside)) <= _SOCKET_FOLDER_LENGTH_MAX:
            return inside
        mark = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"matinee-{os.getuid()}-{mark}"

    @cached_property
    def media(self) -> str:
        """URL of the media store."""
        return self.media_url or (self.home / "media").as_uri()

    @cached_property
    def url(self) -> str:
        """The address that viewers use, without a trailing slash."""
        return (self.public_url or f"http://{self.address}").rstrip("/")

    @cached_property
    def local_url(self) -> str:
        """The address at which this machine reaches the service's edge, past any proxy before it.

        Where services are apart, the edge is one of them: `front`.
        """
        if self.services_url:
            return self.services_url.replace(_SERVICE, "front")
        host, _, port = self.address.rpartition(":")
        return f"http://{_REACHED_AT.get(host, host)}:{port}"

    @cached_property
    def redis(self) -> str:
        """URL of the broker and store."""
        return self.redis_url or f"unix://{quote(str(self.run_folder / 'valkey.sock'))}"

    @cached_property
    def broker(self) -> str:
        """The same as `redis`, as Celery spells it."""
        return self.redis.replace("unix://", "redis+socket://", 1)

    @cached_property
    def asked_at(self) -> str:
        """Where the operator's commands ask services: through this machine's edge, or each."""
        return self.services_url or self.local_url

    def service_url(self, service: str) -> str:
        """The address of a service: its own, or this machine's edge."""
        return self.asked_at.replace(_SERVICE, service)

    def database(self, service: str) -> str:
        """URL of a service's own database."""
        if self.database_url:
            return f"{self.database_url.rstrip('/')}/matinee_{service}"
        password = secret_files.read_or_make(self.secrets / "database_password")
        host = quote(str(self.run_folder / "postgres"), safe="")
        return f"postgresql://matinee:{password}@/matinee_{service}?host={host}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return self.address.rpartition(":")[0] in LOOPBACK_HOSTS

    @property
    def is_exposed(self) -> bool:
        """Whether others come in, by this address or through a proxy on this machine."""
        own_host = urlsplit(self.url).hostname
        return not self.is_loopback or own_host not in LOOPBACK_HOSTS


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
