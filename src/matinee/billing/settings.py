"""The settings of `billing`; each field is the environment variable `MATINEE_BILLING_<FIELD>`."""

from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# In the run folder of one machine.
SIMULATOR_SOCKET = "simulator.sock"


class Settings(BaseSettings):
    """What a new account starts with, what invoices say, and how long people are given."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_BILLING_", frozen=True, extra="ignore")

    default_plan: str = Field(
        default="standard",
        description="Code of the plan that a new account starts on; empty: they choose one",
    )
    time_zone: str = Field(
        default="UTC", description="Time zone of customers who have told none, like `Europe/Paris`"
    )
    territory: str = Field(
        default="", description="Territory of customers who have told none, for taxes, like `FR`"
    )
    collect_hours: int = Field(
        default=48, ge=1, le=336, description="How long watching goes on while a renewal is paid"
    )
    notice_days: int = Field(
        default=30, ge=0, le=365, description="How long before a price changes customers are told"
    )
    seller_name: str = Field(default="Matinee", description="Who invoices are from")
    seller_address: str = Field(
        default="", description="The address and tax number on invoices, lines divided by `|`"
    )
    invoice_prefix: str = Field(
        default="INV-", max_length=10, description="What the numbers of invoices begin with"
    )
    credit_note_prefix: str = Field(
        default="CN-", max_length=10, description="What the numbers of credit notes begin with"
    )

    gateway: Literal["simulator", "stripe"] = Field(
        default="simulator",
        description="Who takes payments: `simulator`, which moves no money, or `stripe`",
    )
    simulator_url: str = Field(
        default="", description="Address of the payment simulator, where it is on another machine"
    )
    retry_days: tuple[int, ...] = Field(
        default=(1, 3, 6, 10, 14),
        description="Days after a payment failed on which it is tried again, as `[1,3,6]`",
    )
    grace_days: int = Field(
        default=7, ge=0, le=60, description="How long watching goes on after a payment failed"
    )
    unpaid_days: int = Field(
        default=28, ge=1, le=180, description="When what is still unpaid is given up and ends"
    )

    invoice_font: Path | None = Field(
        default=None,
        description="A TrueType file for invoices in other scripts than those of western Europe",
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            msg = f"{name!r} is not a time zone; use a name like 'Europe/Paris'"
            raise ValueError(msg) from error
        return name


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
