"""An audit trail for tests: entries with times of their own, and hands that tamper with them."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.utils import timezone

from counselling.people.domain import audit_chain
from counselling.people.models import AuditEntry


def write(count: int = 5, *, at: dt.datetime | None = None) -> list[AuditEntry]:
    """So many unnumbered entries, a second apart, the last of them at `at` (a minute ago)."""
    end = at or timezone.now() - dt.timedelta(minutes=1)
    rows = [
        AuditEntry(
            at=end - dt.timedelta(seconds=count - place), event="claimed", actor=uuid4(), case_ref=uuid4(), code="x"
        )
        for place in range(1, count + 1)
    ]
    return AuditEntry.objects.bulk_create(rows)


def chained(count: int = 5, *, at: dt.datetime | None = None) -> list[AuditEntry]:
    """So many entries in the chain, in order."""
    write(count, at=at)
    audit_chain.chain()
    return rows()


def rows() -> list[AuditEntry]:
    """The chain in order."""
    return list(AuditEntry.objects.filter(number__isnull=False).order_by("number"))


def alter(number: int, /, **fields: Any) -> None:
    """Somebody with the database's password."""
    AuditEntry.objects.filter(number=number).update(**fields)


# One change per column, each to something the column may hold.
CHANGES: dict[str, Callable[[AuditEntry], Any]] = {
    "id": lambda row: uuid4(),
    "at": lambda row: row.at + dt.timedelta(microseconds=1),
    "event": lambda row: "closed" if row.event != "closed" else "claimed",
    "actor": lambda row: None if row.actor else uuid4(),
    "subject": lambda row: None if row.subject else uuid4(),
    "case_ref": lambda row: uuid4(),
    "code": lambda row: row.code + "y",
    "kid": lambda row: row.kid + "y",
    "mac": lambda row: bytes(row.mac[:-1]) + bytes([row.mac[-1] ^ 1]),
    "number": lambda row: row.number + 1_000_000,
}
