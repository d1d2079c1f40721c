"""What it may be about: coded, so that statistics and the closing form need no free text."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from counselling.centre.language import prefer


class Topic(models.Model):
    """One subject. Its code is for ever, its labels may change; unused ones are switched off, not deleted."""

    code = models.SlugField(_("Kürzel"), max_length=32, unique=True)
    label = models.CharField(_("Bezeichnung"), max_length=80)
    label_en = models.CharField(_("Bezeichnung (englisch)"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=100)
    active = models.BooleanField(_("wird angeboten"), default=True)

    class Meta:
        verbose_name = _("Thema")
        verbose_name_plural = _("Themen")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """The label in the reader's language."""
        return prefer(self.label, self.label_en)
