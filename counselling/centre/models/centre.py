"""The centre itself: who runs it, how to reach it, how it looks. One row."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from counselling.centre.language import prefer
from counselling.centre.models.fields import HttpsField

ONLY_ID = 1
HEX = r"^#[0-9a-f]{6}$"
_hex_colour = RegexValidator(HEX, _("Bitte eine Farbe wie #0b6b6f eintragen (Kleinbuchstaben)."))
DATA_PROTECTION_AUTHORITY = (
    "Der Landesbeauftragte für den Datenschutz und die Informationsfreiheit Baden-Württemberg\n"
    "Lautenschlagerstraße 20, 70173 Stuttgart\n"
    "www.baden-wuerttemberg.datenschutz.de"
)
ACCESSIBILITY_BODY = (
    "Beauftragte der Landesregierung für die Belange von Menschen mit Behinderungen\n"
    "Else-Josenhans-Straße 6, 70173 Stuttgart"
)


class Centre(models.Model):
    """The one row about the centre. `Centre()` with nothing entered is a presentable, neutral centre."""

    name = models.CharField(_("Name"), max_length=80, default="Jugendberatung")
    short_name = models.CharField(
        _("Kurzer Name"),
        max_length=24,
        default="Beratung",
        help_text=_("Steht im Titel jedes Fensters: bitte neutral."),
    )
    initial = models.CharField(_("Buchstabe im Logo"), max_length=2, default="J")
    telephone = models.CharField(_("Telefon"), max_length=40, blank=True)
    address = models.TextField(_("Adresse für Besuche"), blank=True)
    open_consultation = models.TextField(
        _("Offene Sprechstunde"),
        blank=True,
        help_text=_("Was man dazu wissen muss. Die Zeiten stehen unter „Öffnungszeiten“."),
    )
    open_consultation_en = models.TextField(_("Offene Sprechstunde (englisch)"), blank=True)
    announcement = models.CharField(
        _("Hinweis auf der Startseite"), max_length=300, blank=True, help_text=_("Zum Beispiel: Am 24. sind wir zu.")
    )
    announcement_en = models.CharField(_("Hinweis auf der Startseite (englisch)"), max_length=300, blank=True)

    operator = models.CharField(_("Träger"), max_length=200, blank=True, help_text=_("Stadt, Verein oder Verband."))
    operator_address = models.TextField(_("Anschrift des Trägers"), blank=True)
    representative = models.CharField(_("Vertreten durch"), max_length=200, blank=True)
    email = models.EmailField(_("E-Mail des Büros"), blank=True, help_text=_("Für das Impressum, nicht für Beratung."))
    data_protection_officer = models.TextField(_("Datenschutzbeauftragte Person"), blank=True)
    supervisory_authority = models.TextField(_("Datenschutz-Aufsicht"), default=DATA_PROTECTION_AUTHORITY)
    accessibility_body = models.TextField(_("Schlichtungsstelle Barrierefreiheit"), default=ACCESSIBILITY_BODY)

    exit_url = HttpsField(
        _("Ziel von „Schnell weg“"),
        default="https://de.wikipedia.org/",
        help_text=_("Eine unauffällige Seite, die viele besuchen."),
    )
    alert_email = models.EmailField(
        _("E-Mail für Alarme"), blank=True, help_text=_("Bekommt nur Hinweise ohne Inhalt, etwa: Niemand ist da.")
    )
    brand_light = models.CharField(_("Farbe, hell"), max_length=7, default="#0b6b6f", validators=[_hex_colour])
    brand_dark = models.CharField(_("Farbe, dunkel"), max_length=7, default="#5cc2bf", validators=[_hex_colour])
    accent_light = models.CharField(_("Flächen, hell"), max_length=7, default="#ddf1ef", validators=[_hex_colour])
    accent_dark = models.CharField(_("Flächen, dunkel"), max_length=7, default="#12393b", validators=[_hex_colour])

    class Meta:
        verbose_name = _("Beratungsstelle")
        verbose_name_plural = _("Beratungsstelle")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=ONLY_ID), name="centre_is_one"),
            *(
                models.CheckConstraint(condition=models.Q(**{f"{colour}__regex": HEX}), name=f"centre_{colour}_is_hex")
                for colour in ("brand_light", "brand_dark", "accent_light", "accent_dark")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> Self:
        """The stored centre, or an unsaved neutral one when nobody has entered anything yet. One query."""
        return cls.objects.filter(id=ONLY_ID).first() or cls(id=ONLY_ID)

    @property
    def consultation_text(self) -> str:
        """What to know about the open consultation, in the reader's language."""
        return prefer(self.open_consultation, self.open_consultation_en)

    @property
    def announcement_text(self) -> str:
        """The note on the start page, in the reader's language."""
        return prefer(self.announcement, self.announcement_en)

    @property
    def telephone_href(self) -> str:
        """The address of a telephone link, without blanks and brackets."""
        return "tel:" + "".join(sign for sign in self.telephone if sign.isdigit() or sign == "+")
