"""Experiments on viewers: what may be varied, who is shown which variant, what is told of it."""

from matinee.contracts.experiments.assignment import BUCKETS, Assigned, assigned, settings_for
from matinee.contracts.experiments.events import ExperimentsChanged, ProfileExposed
from matinee.contracts.experiments.running import Running, RunningExperiment, RunningVariant
from matinee.contracts.experiments.variables import VARIABLES, Layer, Settings, Value, Variable

__all__ = [
    "BUCKETS",
    "VARIABLES",
    "Assigned",
    "ExperimentsChanged",
    "Layer",
    "ProfileExposed",
    "Running",
    "RunningExperiment",
    "RunningVariant",
    "Settings",
    "Value",
    "Variable",
    "assigned",
    "settings_for",
]
