"""A few words on every page for young people, for a while: the chat is closed today, the house moves."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from counselling.centre.language import prefer

MAX_TEXT = 300


class Announcement(models.Model):
    """Plain text, shown from `begins` until `ends` (UTC)."""

    text = models.CharField(_("Text"), max_length=MAX_TEXT)
    text_en = models.CharField(_("Text (englisch)"), max_length=MAX_TEXT, blank=True)
    begins = models.DateTimeField(_("Von"))
    ends = models.DateTimeField(_("Bis"), db_index=True)

    class Meta:
        verbose_name = _("Aushang")
        verbose_name_plural = _("Aushänge")
        ordering = ["begins"]
        constraints = [models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="announcement_ends_later")]

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> str:
        """The text in the reader's language."""
        return prefer(self.text, self.text_en)
