"""Plays as `playback` tells them, and how they went as players do."""

from django.db import models

from matinee.kernel import clock
from matinee.kernel.copies import Copy
from matinee.kernel.records import Record


class Play(Record):
    """One play session; its id is the session's.

    `started_at` and `seen_at` are the first and the last moment that was heard
    of it, `watched_s` the longest time: so the order of hearing does not matter.
    Once its viewer wants it forgotten, the play's own id stands for the profile: it
    counts as a play, and of whom is not known any more.
    """

    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    watched_s = models.FloatField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["started_at"], name="play_started"),
            models.Index(fields=["seen_at"], name="play_seen"),
            models.Index(fields=["profile_id"], name="play_profile"),
        ]


class Measured(Record):
    """How one play went by the CMCD events of its player; its id is the session's.

    `experience` is all that the next events are added to (`rules.experience.Experience`); the
    other columns are what is asked for of it. It names no profile: the play of that id does.
    """

    told_at = models.DateTimeField(default=clock.now)
    startup_s = models.FloatField(null=True)
    played_s = models.FloatField(default=0)
    stalled_s = models.FloatField(default=0)
    stalls = models.PositiveIntegerField(default=0)
    bitrate_bps = models.PositiveIntegerField(null=True)
    errors = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, null=True)  # noqa: DJ001 - None: none told
    has_failed = models.BooleanField(default=False)
    experience = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["told_at"], name="measured_age")]


class Report(Record):
    """How one play went, as the newest report of a profile about that session says.

    It comes from players that cannot tell CMCD events, and counts where there are none.
    """

    session_id = models.UUIDField()
    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    reported_at = models.DateTimeField(default=clock.now)
    startup_s = models.FloatField(null=True)
    played_s = models.FloatField()
    stalled_s = models.FloatField()
    stalls = models.PositiveIntegerField()
    bitrate_bps = models.PositiveIntegerField(null=True)
    error_code = models.CharField(max_length=40, null=True)  # noqa: DJ001 - None: none reported

    class Meta:
        constraints = [
            # The profile is part of the key, so that nobody can write over another's report.
            models.UniqueConstraint(fields=["session_id", "profile_id"], name="report_once"),
        ]
        indexes = [
            models.Index(fields=["reported_at"], name="report_age"),
            models.Index(fields=["profile_id"], name="report_profile"),
        ]


class TitleName(Copy):
    """What a title is called; its id is the title's."""

    name = models.CharField(max_length=300)


class Erasure(Record):
    """Until when a profile's plays of a title (None: of all) are nobody's."""

    profile_id = models.UUIDField()
    title_id = models.UUIDField(null=True)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile_id", "title_id"],
                name="insights_erasure_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["until"], name="insights_erasure_age")]


class ForgottenProfile(Record):
    """A profile that was removed, so that late news of it is not kept; its id is the profile's."""
