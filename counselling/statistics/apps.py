"""The room's place among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    """Statistics and supervision."""

    name = "counselling.statistics"
    label = "statistics"
    verbose_name = _("Statistik")

    def ready(self) -> None:
        """What statistics have to do by themselves is done with the other timers."""
        from counselling.cases.domain import timers  # noqa: PLC0415 -- models are there only now
        from counselling.statistics.domain import alerts, daily, offered  # noqa: PLC0415 -- as above

        timers.add(offered.look)
        timers.add(alerts.tell_due)
        timers.add(daily.freeze)
