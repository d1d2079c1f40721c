"""When a team can be reached: weekly hours and exceptions, in local time (settings.TIME_ZONE)."""

import datetime as dt

from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

MIDNIGHT = dt.time(0)
ENDS_LATER = models.Q(closes__gt=models.F("opens")) | models.Q(closes=MIDNIGHT)


class Channel(models.TextChoices):
    """What is open: the live chat, or the door of the house."""

    CHAT = "chat", _("Chat")
    OFFICE = "office", _("Offene Sprechstunde")


class WeeklySpan(models.Model):
    """From `opens` to `closes` on one weekday; `closes` 00:00 is the end of that day."""

    weekday = models.PositiveSmallIntegerField(_("Wochentag"), choices=sorted(WEEKDAYS.items()))
    opens = models.TimeField(_("Beginn"))
    closes = models.TimeField(_("Ende"), help_text=_("00:00 heißt: bis Mitternacht."))

    class Meta:
        abstract = True
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.opens:%H:%M}–{self.closes:%H:%M}"


class OpeningHour(WeeklySpan):
    """One span of a team's week on one channel."""

    team = models.ForeignKey("people.Team", on_delete=models.CASCADE, related_name="+", verbose_name=_("Team"))
    channel = models.CharField(_("Chat oder Sprechstunde"), max_length=8, choices=Channel.choices, default=Channel.CHAT)

    class Meta(WeeklySpan.Meta):
        verbose_name = _("Öffnungszeit")
        verbose_name_plural = _("Öffnungszeiten")
        ordering = ["team", "channel", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__range=(0, 6)), name="opening_weekday"),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="opening_channel"),
            models.CheckConstraint(condition=ENDS_LATER, name="opening_ends_later"),
            models.UniqueConstraint(fields=["team", "channel", "weekday", "opens"], name="opening_once"),
        ]


class HoursException(models.Model):
    """One day that differs. Without times: the weekly hours of that day do not apply. With times: also open then.

    A shortened day is a row without times plus one with the times that remain.
    """

    team = models.ForeignKey("people.Team", on_delete=models.CASCADE, related_name="+", verbose_name=_("Team"))
    channel = models.CharField(_("Chat oder Sprechstunde"), max_length=8, choices=Channel.choices, default=Channel.CHAT)
    day = models.DateField(_("Datum"))
    opens = models.TimeField(_("Beginn"), null=True, blank=True, help_text=_("Ohne Zeiten: An diesem Tag ist zu."))
    closes = models.TimeField(_("Ende"), null=True, blank=True, help_text=_("00:00 heißt: bis Mitternacht."))

    class Meta:
        verbose_name = _("Besonderer Tag")
        verbose_name_plural = _("Besondere Tage")
        ordering = ["team", "channel", "day", "opens"]
        constraints = [
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="exception_channel"),
            models.CheckConstraint(
                condition=models.Q(opens__isnull=True, closes__isnull=True)
                | (models.Q(opens__isnull=False, closes__isnull=False) & ENDS_LATER),
                name="exception_ends_later",
                violation_error_message=_("Entweder beide Zeiten oder keine; „Ende“ liegt nach „Beginn“."),
            ),
            models.UniqueConstraint(fields=["team", "channel", "day", "opens"], name="exception_once"),
            models.UniqueConstraint(
                fields=["team", "channel", "day"],
                condition=models.Q(opens__isnull=True),
                name="exception_closes_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}"
