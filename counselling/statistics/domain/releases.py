"""Freezing: what is published about a quarter or a year, once and for all, and nothing that gives somebody away."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.models import CountRow
from counselling.errors import Conflict, NotFound
from counselling.people.domain import audit
from counselling.statistics.domain import counted, definitions, publishing, shapes
from counselling.statistics.domain.attacker import Finding, attack
from counselling.statistics.domain.bounds_known import families
from counselling.statistics.domain.shapes import Counted, Figure, Period, ShownRelease, Table
from counselling.statistics.models import Release

SETTLING: Final = timedelta(days=21)  # from the end of a period to its release


def due(today: date) -> list[Period]:
    """Periods over since 21 days that hold count rows and are not frozen, in order; a year after all its quarters."""
    months = set(CountRow.objects.order_by().values_list("month", flat=True).distinct())
    frozen = set(Release.objects.values_list("period", flat=True))
    years = [Period(year) for year in sorted({int(month[:4]) for month in months}) if str(year) not in frozen]
    found: list[Period] = []
    for year in years:
        left = [one for one in year.quarters if not months.isdisjoint(one.months) and one.code not in frozen]
        found += [one for one in left or [year] if one.after + SETTLING <= today]
    return found


def freeze(period: Period, now: datetime) -> Release:
    """Count, publish, attack, keep; with a year its count rows are destroyed. A frozen one is only returned.

    The rows of a period that is over do not change, so they are counted before the transaction, which is short. Two
    processes freeze once. Raises Conflict for what is not due.
    """
    if there := Release.objects.filter(period=period.code).first():
        return there
    if period not in due(timezone.localdate(now)):
        raise Conflict(_("Dieser Zeitraum wird noch nicht veröffentlicht, oder es gibt dafür keine Zahlen."))
    numbers = counted.of_period(period)
    shown = hold_back(publishing.publish(period, numbers), numbers, kept(period.year))
    try:
        with transaction.atomic():
            release = Release.objects.create(
                period=period.code, frozen_at=now, data=shown.as_json(), definitions=definitions.EDITION
            )
            if period.quarter is None:
                CountRow.objects.filter(month__in=period.months).delete()
            audit.note("release_frozen", code=period.code)
    except IntegrityError:  # another process was faster
        return Release.objects.get(period=period.code)
    return release


def freeze_due(now: datetime) -> list[str]:
    """Freeze whatever is due, quarters before their year; the codes of what is frozen now."""
    done: list[str] = []
    while periods := due(timezone.localdate(now)):
        done += [freeze(period, now).period for period in periods]
    return done


def published() -> list[Period]:
    """The periods that were published, newest first, a year before its quarters."""
    periods = map(shapes.period, Release.objects.values_list("period", flat=True))
    return sorted(periods, key=lambda one: (one.after, len(one.months)), reverse=True)


def shown(period: Period) -> ShownRelease:
    """What was published about a period; raises NotFound."""
    row = Release.objects.filter(period=period.code).first()
    if row is None:
        raise NotFound
    return shapes.from_json(period, row.data)


def kept(year: int | None = None) -> list[ShownRelease]:
    """All releases, or those of a year and its quarters, which alone say something about one another."""
    rows = Release.objects.filter(**({} if year is None else {"period__startswith": str(year)})).order_by("period")
    return [shapes.from_json(shapes.period(row.period), row.data) for row in rows]


def hold_back(
    release: ShownRelease,
    numbers: Counted,
    others: Sequence[ShownRelease],
    *,
    figures: Sequence[Figure] | None = None,
    tables: Sequence[Table] | None = None,
) -> ShownRelease:
    """The release, coarser as long as it tells the attacker something together with the others.

    What the others told before cannot be taken back.
    """
    figures = definitions.figures() if figures is None else figures
    tables = definitions.tables() if tables is None else tables
    for codes in families(figures):
        family = _Family(
            numbers,
            others,
            [figure for figure in figures if figure.code in codes],
            [table for table in tables if table.figure in codes],
        )
        release = family.coarsened(release)
    return release


class _Family:
    """Figures and tables that say something about one another."""

    def __init__(
        self, numbers: Counted, others: Sequence[ShownRelease], figures: Sequence[Figure], tables: Sequence[Table]
    ) -> None:
        self._numbers, self._others, self._figures, self._tables = numbers, others, figures, tables
        self._told = set(attack(others, figures=figures, tables=tables))

    def coarsened(self, release: ShownRelease) -> ShownRelease:
        """Until nothing is found: each time the first way to say less after which less is found, else the first."""
        while found := self._found(release):
            choices = list(self._choices(release, found[0]))
            better = (choice for choice in choices if len(self._found(choice)) < len(found))
            release = next(better, choices[0])
        return release

    def _found(self, release: ShownRelease) -> list[Finding]:
        found = attack([*self._others, release], figures=self._figures, tables=self._tables)
        return [one for one in found if one not in self._told]

    def _choices(self, release: ShownRelease, finding: Finding) -> Iterator[ShownRelease]:
        """What could be left unsaid: the table of a finding, other tables, shares and medians, headlines.

        A table that says nothing is left out last: that it does so is known even when it does not say it.
        """
        shown = release.tables
        order = sorted(self._tables, key=lambda table: (table.code != finding.table, -len(shown[table.code].cells)))
        for table in order:
            if not shown[table.code].withheld:
                yield self._with_coarser(release, table)
        for figure in sorted(self._figures, key=lambda figure: figure.kind == "count"):
            if figure.code in release.figures:
                yield _without(release, figure)
        for table in order:
            if shown[table.code].withheld and shown[table.code].cells:
                yield self._with_coarser(release, table)

    def _with_coarser(self, release: ShownRelease, table: Table) -> ShownRelease:
        counts = publishing.counts_of(table, self._numbers, self._figures)
        after = publishing.coarser(table, counts, release.tables[table.code])
        return replace(release, tables=release.tables | {table.code: after})


def _without(release: ShownRelease, figure: Figure) -> ShownRelease:
    return replace(release, figures={code: said for code, said in release.figures.items() if code != figure.code})
