"""What letters need beside the timeline: their deadlines, drafts, files, and who is told that something is new."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from counselling.cases.models import Case, Role, Seat
from counselling.people.models import Seeker, Staff, Team


class Correspondence(models.Model):
    """A case's letters as a queue sees them: since when the oldest waits for an answer, and until when it is due.

    Whether it waits at all says `Case.unanswered_since`: a word in a chat is an answer as well.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="correspondence")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, db_index=False)
    since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False)  # the young person said so: strain 5
    hinted = models.BooleanField(default=False)  # a word of the list stood in a letter; a hint, nothing else
    remind_on = models.DateField(null=True)

    class Meta:
        indexes = [
            # What waits, in the order of the lists, with all that deciding about a row needs (`domain/lists.py`).
            models.Index(
                fields=["team", "-urgent", "-hinted", "due_at", "case", "since"],
                condition=Q(due_at__isnull=False),
                name="letters_in_order",
            ),
            models.Index(fields=["remind_on"], condition=Q(remind_on__isnull=False), name="letters_to_remind"),
        ]


class Letter(models.Model):
    """A letter that is not sent yet, sealed under its id; sent, it is an entry of the timeline under the same id.

    One for each seat; beside it may lie some that did not open any more: they are kept as they are, and never sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="letters")
    sealed = models.BinaryField()
    # Counts up with every text that is kept, so that two open pages notice each other.
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True, db_index=True)  # counsellors may send later
    # What `sealed` was when it was planned (SHA-256): the timer has no key, and sends nothing that changed since.
    planned = models.BinaryField(null=True, max_length=32)
    broken_at = models.DateTimeField(null=True)  # it did not open, and another was begun in its place

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(broken_at__isnull=True), name="one_letter_at_a_time")
        ]


class File(models.Model):
    """Something attached to a letter: sealed in chunks under the case's key; its name is sealed, too."""

    class Media(models.TextChoices):
        """What it is by its content, never by its name."""

        JPEG = "image/jpeg"
        PNG = "image/png"
        WEBP = "image/webp"
        PDF = "application/pdf"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    letter = models.UUIDField(db_index=True)  # of `Letter` first, of `Entry.client_id` once it is sent
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+", db_index=False)
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    name = models.BinaryField()
    media = models.CharField(max_length=16, choices=Media.choices)
    size = models.PositiveIntegerField()  # bytes of the whole, before sealing
    complete = models.BooleanField(default=False)
    at = models.DateTimeField()
    # "Bild melden": from then on nobody but a supervisor reaches it, and nobody exports it (§§ 184b/c StGB).
    locked_at = models.DateTimeField(null=True)
    locked_by = models.CharField(max_length=12, blank=True)  # seeker | counsellor


class FileChunk(models.Model):
    """64 KiB of a file, sealed and bound to its place; the last one says that it is the last."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_chunk_per_number")]


class NotifyAddress(models.Model):
    """Where somebody wants to hear that there is something new: under the master key, the documented exception.

    Keyless timers must read it (pitfalls 3). Usable for nothing else, gone with the seeker or by one tap.
    """

    seeker = models.OneToOneField(Seeker, on_delete=models.CASCADE, primary_key=True, related_name="notify")
    sealed = models.BinaryField()
    code_lookup = models.BinaryField(max_length=32, null=True)  # keyed digest of the code in the confirming mail
    code_until = models.DateTimeField(null=True)
    confirmed = models.BooleanField(default=False)
    language = models.CharField(max_length=8)
    told_on = models.DateField(null=True)  # at most one a day


class OutgoingMail(models.Model):
    """One content-free mail that waits to be sent; kept until the mail server took it or it is too old."""

    class Kind(models.TextChoices):
        """What it says; the words are made when it is sent."""

        NEWS = "news"
        CONFIRM = "confirm"
        PAGE = "page"
        DANGER = "danger"
        NOBODY = "nobody"
        SHIFT = "shift"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    to = models.BinaryField()  # sealed under the master key
    code = models.BinaryField(null=True)  # what a confirming mail has to carry, sealed likewise
    language = models.CharField(max_length=8)
    seeker = models.ForeignKey(Seeker, null=True, on_delete=models.CASCADE, related_name="+")
    not_before = models.DateTimeField(db_index=True)
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)


class OnCall(models.Model):
    """Somebody who is paged, without content, when a letter of the night cannot wait; in this order."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="on_call", verbose_name=_("Team"))
    place = models.PositiveSmallIntegerField(_("Reihenfolge"), default=1)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+", verbose_name=_("Wer"))
    email = models.EmailField(_("E-Mail für den Ruf"), help_text=_("Zum Beispiel die Adresse eines SMS-Dienstes."))

    class Meta:
        ordering = ["team", "place"]
        verbose_name = _("Rufbereitschaft")
        verbose_name_plural = _("Rufbereitschaft")
        constraints = [models.UniqueConstraint(fields=["team", "place"], name="one_on_call_per_place")]

    def __str__(self) -> str:
        return f"{self.place}. {self.staff.alias}"


class Page(models.Model):
    """A call for the on-call list that nobody has answered yet by claiming the case."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="page")
    began_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(default=0)  # who was paged last
    next_at = models.DateTimeField(db_index=True)


class Absence(models.Model):
    """A counsellor is away from one day to another, both included; their letters go to the substitute."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    begins = models.DateField()
    ends = models.DateField()
    substitute = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    begun = models.BooleanField(default=False)  # its letters have been passed on

    class Meta:
        ordering = ["begins"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="absence_ends_later"),
            models.CheckConstraint(condition=~Q(staff=F("substitute")), name="absence_needs_somebody_else"),
        ]


class MailRules(models.Model):
    """How one team handles letters: what it promises, what may be attached, which words put a letter forward."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="mail_rules")
    answer_days = models.PositiveSmallIntegerField(_("Erste Antwort in so vielen Werktagen"), default=2)
    latest_days = models.PositiveSmallIntegerField(_("Spätestens in so vielen Werktagen"), default=5)
    files_from_seekers = models.BooleanField(_("Ratsuchende dürfen Dateien anhängen"), default=False)
    files_from_staff = models.BooleanField(_("Das Team darf Dateien anhängen"), default=True)
    reopen_days = models.PositiveSmallIntegerField(
        _("So viele Tage nach dem Abschluss öffnet ein Brief den Fall wieder"), default=180
    )
    hint_words = models.TextField(
        _("Wörter, die einen Brief nach vorn holen"),
        blank=True,
        help_text=_("Eins je Zeile. Sie entscheiden nichts: Sie zeigen Hilfe und holen den Brief nach vorn."),
    )

    class Meta:
        verbose_name = _("Regeln für Briefe")
        verbose_name_plural = _("Regeln für Briefe")
        constraints = [models.CheckConstraint(condition=Q(latest_days__gte=F("answer_days")), name="latest_is_later")]

    def __str__(self) -> str:
        return self.team.name


class TextModule(models.Model):
    """A text that is written often: a team's or one counsellor's. The centre's words, never a case's: not sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="text_modules", db_index=False)
    owner = models.ForeignKey(Staff, null=True, on_delete=models.CASCADE, related_name="text_modules", db_index=False)
    title = models.CharField(max_length=80)
    text = models.TextField()
    place = models.PositiveIntegerField()  # in the order of its list; gaps mean nothing

    class Meta:
        indexes = [
            models.Index(fields=["team", "place"], name="modules_of_team"),
            models.Index(fields=["owner", "place"], name="modules_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True, owner__isnull=False) | Q(team__isnull=False, owner__isnull=True),
                name="module_is_of_team_or_person",
            ),
        ]


class SecondLook(models.Model):
    """An unsent letter that one colleague of the team may read, and the letter it answers. It goes with the letter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="second_look")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="second_looks")
    reader = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="second_looks")
    since = models.DateTimeField()


class SecondLookRemark(models.Model):
    """What two colleagues say about a letter, sealed under the case's key; no part of the timeline."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    look = models.ForeignKey(SecondLook, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()
