"""The commands about what viewers are recommended."""

from matinee.run.trainings import recommendations_command as recommendations

__all__ = ["recommendations"]
