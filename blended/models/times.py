"""Offered times and agreed ones. Every moment is UTC; series are told by the wall clock of settings.TIME_ZONE."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from counselling.cases.models import Case, Role
from counselling.people.models import Staff, Team


class Channel(models.TextChoices):
    """How an appointment is held."""

    CHAT = "chat", _("Chat")
    VOICE = "voice", _("Sprechen über die Seite")
    VIDEO = "video", _("Video")
    PHONE = "phone", _("Telefon")
    ONSITE = "onsite", _("Treffen bei uns")


class Place(models.Model):
    """Where one can come, and how; public texts, kept by the team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    address = models.TextField(max_length=300)
    way = models.TextField(max_length=600, blank=True)  # how to find it
    door = models.TextField(max_length=600, blank=True)  # what to say there, and how to stay nameless
    access = models.TextField(max_length=300, blank=True)  # steps, lift, toilet …
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["team", "name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="one_place_per_name")]


class ClosingDay(models.Model):
    """A day on which a team offers nothing, beside public holidays."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["team", "day"], name="one_closing_day")]


class Series(models.Model):
    """Times that come again: every week or every second one, from a day to a day; its slots are made ahead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    buffer_minutes = models.PositiveSmallIntegerField(default=0)
    capacity = models.PositiveSmallIntegerField(default=1)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="series_weekday"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="series_ends_later"),
        ]


class Slot(models.Model):
    """A time that a counsellor offers to whoever takes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, null=True, on_delete=models.SET_NULL, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    buffer_minutes = models.PositiveSmallIntegerField(default=0)  # kept free behind it
    capacity = models.PositiveSmallIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "starts_at"], condition=Q(withdrawn_at__isnull=True), name="slots_offered"),
            models.Index(fields=["staff", "starts_at"], name="slots_of_staff"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_later"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="slot_has_room"),
            models.CheckConstraint(
                condition=Q(channel="onsite", place__isnull=False) | (~Q(channel="onsite") & Q(place__isnull=True)),
                name="slot_on_site_has_place",
            ),
        ]


class Appointment(models.Model):
    """An agreed or proposed time of one case. What only the two need to know (a word for the door …) is sealed."""

    class State(models.TextChoices):
        """PROPOSED waits for the other side's answer; KEPT and MISSED are told by the counsellor afterwards."""

        PROPOSED = "proposed"
        AGREED = "agreed"
        DECLINED = "declined"
        CANCELLED = "cancelled"
        MOVED = "moved"
        KEPT = "kept"
        MISSED = "missed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="appointments", db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)
    slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    # Which of the slot's places this takes, 1 … capacity: the constraint below is why nothing is booked twice.
    number = models.PositiveSmallIntegerField(null=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices)
    proposed_by = models.PositiveSmallIntegerField(choices=Role.choices)
    sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    instead_of = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="moved_to")
    reminded_at = models.DateTimeField(null=True)
    # An appointment by chat: when either side was last seen at its door; empty again once the chat has begun.
    seeker_at_door = models.DateTimeField(null=True)
    staff_at_door = models.DateTimeField(null=True)
    # The neutral calendar file (domain.md section 5): never the row's id, counted up with every change.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["case", "starts_at"], name="dates_of_case"),
            models.Index(fields=["staff", "starts_at"], name="dates_of_staff"),
            models.Index(fields=["state", "starts_at"], name="dates_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "number"], condition=Q(state__in=["proposed", "agreed"]), name="no_double_booking"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="date_ends_later"),
            models.CheckConstraint(
                condition=Q(slot__isnull=True, number__isnull=True) | Q(slot__isnull=False, number__gte=1),
                name="date_takes_a_place",
            ),
        ]


class Feed(models.Model):
    """A counsellor's private calendar address: who has it sees when, never whom or why."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="+")
    lookup = models.BinaryField(max_length=32, unique=True)
    since = models.DateTimeField()
