"""The commands about what viewers are recommended."""

from matinee.run import policies
from matinee.run.trainings import recommendations_command as recommendations

recommendations.add_command(policies.listed)
recommendations.add_command(policies.withdraw)

__all__ = ["recommendations"]
