"""Other people who help: numbers and sites that young people see on every page."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from counselling.centre.language import prefer
from counselling.centre.models.fields import HttpsField
from counselling.centre.models.hours import ENDS_LATER, WeeklySpan


class HelpContact(models.Model):
    """One number or site. Its hours say when somebody answers at once; without hours answers come later."""

    class Channel(models.TextChoices):
        """How one talks there."""

        SPOKEN = "spoken", _("sprechen")
        WRITTEN = "written", _("schreiben")

    class Cost(models.TextChoices):
        """What it costs the young person."""

        FREE = "free", _("kostenlos")
        CALL = "call", _("kostet so viel wie ein normaler Anruf")

    code = models.SlugField(_("Kürzel"), max_length=32, unique=True)
    name = models.CharField(_("Name"), max_length=80)
    name_en = models.CharField(_("Name (englisch)"), max_length=80, blank=True)
    channel = models.CharField(_("Sprechen oder schreiben"), max_length=8, choices=Channel.choices)
    emergency = models.BooleanField(
        _("Notruf"), default=False, help_text=_("Steht zuerst. Zählt nicht als jemand zum Reden.")
    )
    number = models.CharField(
        _("Nummer"),
        max_length=24,
        blank=True,
        validators=[RegexValidator(r"^\+?[0-9 ]+$", _("Nur Ziffern und Leerzeichen."))],
    )
    link = HttpsField(_("Internetadresse"), blank=True)
    languages = models.CharField(
        _("Sprachen"),
        max_length=120,
        default="de",
        validators=[RegexValidator(r"^[a-z]{2,3}(, ?[a-z]{2,3})*$", _("Kürzel mit Komma, zum Beispiel: de, en, tr"))],
        help_text=_("Kürzel mit Komma, zum Beispiel: de, en, tr; Gebärdensprache: gsg"),
    )
    cost = models.CharField(_("Kosten"), max_length=8, choices=Cost.choices, default=Cost.FREE)
    note = models.CharField(_("Hinweis"), max_length=200, blank=True)
    note_en = models.CharField(_("Hinweis (englisch)"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=100)
    active = models.BooleanField(_("wird gezeigt"), default=True)

    class Meta:
        verbose_name = _("Hilfskontakt")
        verbose_name_plural = _("Hilfskontakte")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(number="", link=""),
                name="help_can_be_reached",
                violation_error_message=_("Bitte eine Nummer oder eine Internetadresse eintragen."),
            ),
            models.CheckConstraint(condition=models.Q(channel__in=["spoken", "written"]), name="help_channel"),
            models.CheckConstraint(condition=models.Q(cost__in=["free", "call"]), name="help_cost"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return prefer(self.name, self.name_en)

    @property
    def hint(self) -> str:
        """The note in the reader's language."""
        return prefer(self.note, self.note_en)


class HelpHour(WeeklySpan):
    """One span of the week in which somebody answers there at once."""

    contact = models.ForeignKey(HelpContact, on_delete=models.CASCADE, related_name="hours")

    class Meta(WeeklySpan.Meta):
        verbose_name = _("Sprechzeit")
        verbose_name_plural = _("Zeiten, in denen sofort jemand antwortet")
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__range=(0, 6)), name="help_weekday"),
            models.CheckConstraint(condition=ENDS_LATER, name="help_ends_later"),
            models.UniqueConstraint(fields=["contact", "weekday", "opens"], name="help_once"),
        ]
