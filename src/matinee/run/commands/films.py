"""The commands about films: putting one in, encoding it again, what that came to."""

from matinee.run.add import add_command as add
from matinee.run.encodes import encode_command as encode
from matinee.run.encodes import report_command as report

__all__ = ["add", "encode", "report"]
