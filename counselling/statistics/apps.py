"""The room's place among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    """Statistics and supervision."""

    name = "counselling.statistics"
    label = "statistics"
    verbose_name = _("Statistik")
