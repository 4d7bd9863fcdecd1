"""Writes: keeping and forgetting facts, and fitting models to them."""
