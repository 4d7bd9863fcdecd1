"""Messages of `recommendations` about the policies that choose pictures and heroes."""

from datetime import datetime
from typing import Literal

from matinee.contracts.message import Message

PolicySlot = Literal["card", "hero"]
PolicyState = Literal["served", "replaced", "held_back", "withdrawn"]


class PolicyEstimate(Message):
    """A mean of takes per decision, or a difference of two, with its 95% interval.

    `effective` is of how many decisions of the policy's own it is worth.
    """

    value: float
    low: float
    high: float
    effective: float


class PolicyRow(Message):
    """A policy, and how it was judged by what was logged; `beside` is what was served then.

    `slot` is "card" for the pictures of titles. Version 0 is the default, which has learnt nothing.
    """

    version: int
    slot: PolicySlot
    learnt_at: datetime
    state: PolicyState
    why: str
    decisions: int
    beside: int
    estimates: dict[str, PolicyEstimate]


class Policies(Message):
    """The newest policies, newest first."""

    policies: list[PolicyRow]
