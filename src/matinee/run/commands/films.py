"""The command that puts a film in."""

from matinee.run.add import add_command as add

__all__ = ["add"]
