"""Voice and video: the room of a call, who is in it, and what their browsers tell each other to meet."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from blended.models.times import Appointment
from counselling.cases.models import Case, Role, Seat
from counselling.people.models import Team


class Room(models.Model):
    """Where a team holds its calls: built in, or another system behind one small interface (decision 0020)."""

    class Provider(models.TextChoices):
        """LINK is a link or a code that counsellors paste themselves."""

        BUILTIN = "builtin", _("Eigener Raum auf der Seite")
        JITSI = "jitsi", _("Jitsi (selbst betrieben)")
        BBB = "bbb", "BigBlueButton"
        WEBEX = "webex", "Webex Meetings"
        LINK = "link", _("Link oder Code, den die Beratung mitbringt")

    class Checksum(models.TextChoices):
        """What a BigBlueButton server is told to check its questions by."""

        SHA1 = "sha1", "SHA-1"
        SHA256 = "sha256", "SHA-256"
        SHA384 = "sha384", "SHA-384"
        SHA512 = "sha512", "SHA-512"

    team = models.OneToOneField(
        Team, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("Team")
    )
    provider = models.CharField(_("Raum"), max_length=8, choices=Provider.choices, default=Provider.BUILTIN)
    label = models.CharField(_("Name des Anbieters, wie junge Menschen ihn lesen"), max_length=60, blank=True)
    address = models.CharField(_("Adresse"), max_length=200, blank=True)
    app_id = models.CharField(_("App-ID"), max_length=120, blank=True)  # Jitsi's name for us: no secret
    checksum = models.CharField(_("Prüfsumme"), max_length=6, choices=Checksum.choices, default=Checksum.SHA256)
    # The secret or token: under the key file's operational key, bound to provider and address, never shown again.
    sealed = models.BinaryField(null=True)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Raum für Gespräche")
        verbose_name_plural = _("Räume für Gespräche")

    def __str__(self) -> str:
        return self.team.name


class Meeting(models.Model):
    """One call of one case, from an appointment or out of a running chat. Nothing of it is recorded."""

    class Kind(models.TextChoices):
        """Both may speak without being seen; VIDEO only offers the camera."""

        VOICE = "voice"
        VIDEO = "video"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    appointment = models.OneToOneField(Appointment, null=True, on_delete=models.CASCADE, related_name="meeting")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    provider = models.CharField(max_length=8, choices=Room.Provider.choices, default=Room.Provider.BUILTIN)
    opens_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)  # when both were there for the first time
    ended_at = models.DateTimeField(null=True)
    # What another system needs to find the room again, or the pasted link: sealed under the case's key.
    sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "opens_at"], name="meetings_of_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(appointment__isnull=True, ended_at__isnull=True), name="one_call_at_a_time"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("opens_at")), name="meeting_ends_later"),
        ]


class Attendance(models.Model):
    """One of the two in a meeting. The page that came last takes part; a third person has no seat to come by."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances", db_index=False)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+", db_index=False)
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    page = models.UUIDField()
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "role"], name="one_of_each_side"),
            models.CheckConstraint(condition=Q(role__in=[Role.SEEKER, Role.COUNSELLOR]), name="two_sides"),
        ]


class Signal(models.Model):
    """What one browser tells the other so that they meet: sealed, handed on once, gone with the meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="signals", db_index=False)
    role = models.PositiveSmallIntegerField(choices=Role.choices)  # of its author
    page = models.UUIDField()  # of its author
    sealed = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["meeting", "id"], name="signals_in_order")]
