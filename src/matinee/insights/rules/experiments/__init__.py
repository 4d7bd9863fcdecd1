"""Experiments: who takes part, what is measured of them, and what may be concluded from it when."""
