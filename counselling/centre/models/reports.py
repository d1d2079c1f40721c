"""Reports of barriers on these pages (BITV 2.0 § 12a feedback): sealed, since people may write about themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BarrierReport(models.Model):
    """One report, readable only through `domain/reports.py`; its day is all that stands in clear."""

    sealed = models.BinaryField(editable=False)
    reply_sealed = models.BinaryField(editable=False, null=True)
    created_on = models.DateField(_("Datum"))

    class Meta:
        verbose_name = _("Gemeldete Barriere")
        verbose_name_plural = _("Gemeldete Barrieren")
        ordering = ["-created_on", "-id"]
        indexes = [models.Index(fields=["created_on"], name="barrier_day")]

    def __str__(self) -> str:
        return f"{self.created_on:%d.%m.%Y}"
