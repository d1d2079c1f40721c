"""Count rows of made-up cases, so that demo, tests and benchmark have years to show: no real row is among them.

They are made by the function that real events use, and nothing tells them apart afterwards; `commands/simulate.py`
refuses to mix them with real ones.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from random import Random
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from counselling.cases.domain import counting, door
from counselling.cases.models import CountRow
from counselling.centre.domain import topics
from counselling.statistics.domain.simulating_course import Event
from counselling.statistics.domain.simulating_days import Days
from counselling.statistics.domain.simulating_plan import Offers, plan
from counselling.statistics.models import Campaign

BATCH: Final = 50_000  # ids are random: smaller ones touch every page of their index again and again
_FIELDS: Final = CountRow._meta.concrete_fields  # noqa: SLF001 -- the documented _meta API
_PREPARED: Final = {"id", "team_id", "codes"}  # other columns are kept as they are


def simulate(cases: int, seed: int, until: date, years: int = 5) -> int:
    """Write the count rows of so many cases in `years` calendar years, the last up to and with `until`; how many rows.

    The same arguments give the same events (rows have ids of their own) where the centre has the same topics and links.
    Constant memory; each batch is a transaction. Raises NotFound before the set-up.
    """
    rng = Random(seed)  # noqa: S311 -- repeatable on purpose; nothing here is secret
    offers = Offers(topics.codes(), list(Campaign.objects.values_list("code", flat=True)))
    events = plan(cases, rng, Days.before(until, years), offers)
    rows = _rows(events, door.chat_team().pk)
    return sum(map(_write, iter(lambda: [_values(row) for row in islice(rows, BATCH)], [])))


def _rows(events: Iterable[Event], team: UUID) -> Iterator[CountRow]:
    return (
        counting.row(event.name, team_id=team, at=event.at, channel=event.channel, codes=event.codes)
        for event in events
    )


def _write(rows: list[list[Any]]) -> int:
    """By hand: `bulk_create` takes twice as long (29 instead of 13 µs a row; there are millions)."""
    columns = ", ".join(str(field.column) for field in _FIELDS)
    marks = ", ".join(["%s"] * len(_FIELDS))
    statement = f"INSERT INTO {CountRow._meta.db_table} ({columns}) VALUES ({marks})"  # noqa: S608, SLF001 -- our names
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, rows)
    return len(rows)


def _values(row: CountRow) -> list[Any]:
    return [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        if field.attname in _PREPARED
        else getattr(row, field.attname)
        for field in _FIELDS
    ]
