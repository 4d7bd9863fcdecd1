"""The verdict that a file cannot become subtitles."""


class Unreadable(Exception):  # noqa: N818 - a verdict on the file, not an error of ours
    """The file is at fault; the message tells its owner what is wrong and what to do."""
