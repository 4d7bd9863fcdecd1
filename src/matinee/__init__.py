"""Matinee, a streaming service that anyone can run."""
