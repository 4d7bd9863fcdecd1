"""The settings of `identity`; each field is the environment variable `MATINEE_IDENTITY_<FIELD>`."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matinee.identity import known_passwords


class Provider(BaseModel):
    """An OpenID provider that people may sign in with.

    Its client secret, if it gave one, lies in `provider_<id>_secret` of the secrets folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    issuer: Annotated[str, StringConstraints(pattern=r"^https?://[^?#]+$")]
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Settings(BaseSettings):
    """How many tries are allowed, and how long a session is remembered."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_IDENTITY_", frozen=True, extra="ignore")

    session_days: int = Field(
        default=60,
        ge=1,
        le=400,
        description="Days without a visit after which a browser's session ends",
    )
    session_days_max: int = Field(
        default=180, ge=1, le=400, description="Days after which a browser's session ends anyhow"
    )
    device_session_days: int = Field(
        default=120,
        ge=1,
        le=800,
        description="Days without a visit after which a television's session ends, or an app's",
    )
    device_session_days_max: int = Field(
        default=365,
        ge=1,
        le=800,
        description="Days after which a television's session ends anyhow, or an app's",
    )
    staff_session_days: int = Field(
        default=7, ge=1, le=90, description="Days without a visit after which staff are signed out"
    )
    staff_session_days_max: int = Field(
        default=30, ge=1, le=180, description="Days after which staff are signed out anyhow"
    )
    sign_in_tries: int = Field(
        default=10,
        ge=3,
        description="Failed sign-ins to an account in 15 minutes from one address or known device",
    )
    account_tries: int = Field(
        default=50,
        ge=3,
        description="Failed sign-ins to an account in 15 minutes from all devices where nobody "
        "has signed in to it before",
    )
    address_tries: int = Field(
        default=300, ge=3, description="Sign-ins from one address in 15 minutes, to any account"
    )
    pin_tries: int = Field(
        default=5, ge=3, le=20, description="Wrong PINs of one profile in an hour, from anywhere"
    )
    sign_ups: int = Field(default=100, ge=1, description="Sign-ups from one address in an hour")
    verify_email: Literal["auto", "first", "later"] = Field(
        default="auto",
        description="Whether a new account begins with a letter (`first`), so that nobody learns "
        "whose addresses have one, or plays at once and is asked for it (`later`); `auto`: first "
        "where there is a mail server",
    )
    staff_second_factor: Literal["always", "unless_loopback"] = Field(
        default="unless_loopback",
        description="Whether staff need a second factor also where only this machine can reach the "
        "service",
    )
    leaked_passwords: Path | None = Field(
        default=None,
        description="File of passwords to refuse: Have I Been Pwned's SHA-1, ordered by hash",
    )
    hash_threads: int = Field(
        default=1, ge=0, le=4, description="Passwords hashed at once in a process; 0: one a core"
    )
    providers: tuple[Provider, ...] = Field(
        default=(),
        description="OpenID providers to sign in with, as "
        '`[{"id":"acme","name":"Acme","issuer":"https://id.acme.example","client_id":"…"}]`; '
        "each one's secret lies in `provider_<id>_secret` of the secrets folder",
    )

    @field_validator("leaked_passwords")
    @classmethod
    def _readable_list(cls, leaked: Path | None) -> Path | None:
        if leaked is None:
            return None
        try:
            known_passwords.check_list(leaked)
        except OSError as error:
            msg = f"{leaked} cannot be read ({error.strerror}); name a file that this user can read"
            raise ValueError(msg) from error
        return leaked.absolute()

    def days_signed_in(self, device_class: str, *, is_staff: bool) -> tuple[int, int]:
        """How long a session lasts there without a visit, and how long at most, in days."""
        if is_staff:
            return self.staff_session_days, self.staff_session_days_max
        if device_class == "browser":
            return self.session_days, self.session_days_max
        return self.device_session_days, self.device_session_days_max


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
