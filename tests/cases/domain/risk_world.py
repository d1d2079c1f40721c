"""Assessments as the tests of danger write them, and what is found of them afterwards."""

from django.utils import timezone

from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import RiskEvent, RiskRecord

SAID = "Ich kann nicht mehr"


def orange(**more: object) -> Assessment:
    return Assessment("orange", review_on=timezone.localdate(), said=SAID, **more)  # type: ignore[arg-type]


def yellow() -> Assessment:
    return Assessment("yellow", review_on=timezone.localdate(), observed="Müde")


def only() -> RiskRecord:
    return RiskRecord.objects.get()


def codes(record: RiskRecord | None = None) -> list[str]:
    found = RiskEvent.objects.filter(record=record) if record else RiskEvent.objects.all()
    return list(found.order_by("at", "pk").values_list("code", flat=True))
