"""A case: its key's seals, the places in it, its timeline and coded facts."""

import uuid

from django.db import models
from django.db.models import Q

from counselling.people.models import Seeker, Staff, Team


class Role(models.IntegerChoices):
    """Whose place a seat is; part of what a sealed text is bound to."""

    SYSTEM = 0
    SEEKER = 1
    COUNSELLOR = 2
    CONSULTANT = 3


class Case(models.Model):
    """All that happens between one seeker and one team: one timeline, one key."""

    class State(models.TextChoices):
        """Waiting for a live chat, in one, going on in letters, or over."""

        WAITING = "waiting"
        ACTIVE = "active"
        LETTERS = "letters"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT)
    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="cases")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    channel = models.CharField(max_length=8, default="chat")  # chat | mail: where it goes on now
    # Counselled by letters as well: when no chat runs it rests in LETTERS, and `keeper` answers (None: the team).
    by_letter = models.BooleanField(default=False)
    keeper = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    nickname = models.BinaryField()
    # The log's end. Taken under this row's lock, so sequence numbers have no gaps (design section 4).
    last_seq = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    unanswered_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=16, blank=True)
    feedback_given = models.BooleanField(default=False)
    # What the audit trail calls this case; nothing else does, so that erasing the case unlinks it (pitfalls 23).
    audit_ref = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "last_at"]),
            models.Index(fields=["keeper", "state"], condition=Q(by_letter=True), name="case_keeper"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="case_closed_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="case_closed_has_time",
            ),
            models.CheckConstraint(condition=~Q(state="letters") | Q(by_letter=True), name="case_is_by_letter"),
        ]


class Seal(models.Model):
    """The case key, sealed for one holder. One table for every kind of holder (design section 5)."""

    class Holder(models.TextChoices):
        """Who can open it. MASTER is from before the vault and is destroyed by `counselling sealcases`."""

        TEAM = "team"
        SEEKER = "seeker"
        MASTER = "master"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="seals", db_index=False)
    holder_kind = models.CharField(max_length=8, choices=Holder.choices)
    holder_id = models.CharField(max_length=36)
    epoch = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "holder_kind", "holder_id", "epoch"], name="one_seal")]


class Seat(models.Model):
    """Somebody's place in a case: their right to read and write, and how far they have read."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="seats", db_index=False)
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="seats")
    read_seq = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "role"], condition=Q(role=Role.SEEKER), name="one_seeker"),
            models.UniqueConstraint(
                fields=["case", "role"],
                condition=Q(role=Role.COUNSELLOR, ended_at__isnull=True),
                name="one_counsellor_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["case", "staff"], condition=Q(ended_at__isnull=True), name="one_open_seat_each"
            ),
            models.CheckConstraint(
                condition=Q(role=Role.SEEKER, staff__isnull=True) | (~Q(role=Role.SEEKER) & Q(staff__isnull=False)),
                name="staff_seats_have_staff",
            ),
        ]
        indexes = [models.Index(fields=["case"])]


class Entry(models.Model):
    """One element of a timeline: sealed text, or a notice in clear codes that keyless timers may write."""

    class Kind(models.IntegerChoices):
        """How `sealed`, `code` and `about` are to be read."""

        MESSAGE = 1
        NOTICE = 2
        TAKEN_BACK = 3
        LETTER = 4

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    seat = models.ForeignKey(Seat, null=True, on_delete=models.CASCADE, db_index=False, related_name="+")
    client_id = models.UUIDField(null=True)
    sealed = models.BinaryField(null=True)
    code = models.CharField(max_length=20, blank=True)
    about = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_entry_per_seq"),
            models.UniqueConstraint(fields=["client_id", "seat"], name="one_entry_per_id"),
        ]


class Facts(models.Model):
    """Coded, voluntary answers; never free text."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="facts")
    for_whom = models.CharField(max_length=8, blank=True)
    age_band = models.CharField(max_length=8, blank=True)
    gender = models.CharField(max_length=12, blank=True)
    strain = models.PositiveSmallIntegerField(null=True)


class FactTopic(models.Model):
    """One topic of a case, named by the seeker or, at closing, by the counsellor."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="topics", db_index=False)
    code = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="one_topic_each")]
