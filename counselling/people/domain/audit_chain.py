"""The audit trail's chain: every new entry gets a number, and a mac over its record and the mac before it.

A change, a gap or a new order shows (`audit_proof.py`). Whoever can write to the database can still add an entry
that is not true: the chain says that nothing was altered or taken away afterwards.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from counselling.people.models import AuditEntry
from counselling.vault.chain import link
from counselling.vault.master import keyring

PRUNED: Final = "trail_pruned"  # by `audit_retention` alone, chained at once: up to which number entries went
ANCHOR: Final = "trail_anchor"  # what is left of that entry: its number, and its mac for the entry after it
OWN: Final = (PRUNED, ANCHOR)
BATCH: Final = 500
_LOCK: Final = 0x61756469  # PostgreSQL's advisory lock of the trail


class Row(NamedTuple):
    """An entry as stored."""

    id: UUID
    number: int
    at: datetime
    event: str
    actor: UUID | None
    subject: UUID | None
    case_ref: UUID | None
    code: str
    kid: str
    mac: bytes


def record(entry: Row | AuditEntry) -> bytes:
    """What a mac covers: a JSON list of number, id, time (UTC, µs), event, actor, subject, case, code, key id."""
    ids = [str(one) if one else "" for one in (entry.actor, entry.subject, entry.case_ref)]
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return json.dumps([entry.number, str(entry.id), at, entry.event, *ids, entry.code, entry.kid]).encode()


def chain() -> int:
    """Number and confirm every new entry in order of time; how many. Any number of processes may do this at once."""
    done = 0
    while _new().exists():
        count = _chain_batch()
        done += count
        if count < BATCH:
            break
    return done


def numbered() -> QuerySet[AuditEntry]:
    """The entries that are in the chain."""
    return AuditEntry.objects.filter(number__isnull=False)


@contextmanager
def alone() -> Iterator[None]:
    """A transaction in which nobody else numbers. SQLite's writers stand in line by themselves."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def append(entries: list[AuditEntry]) -> None:
    """Give these objects the numbers and macs after the newest entry's; needs `alone`, and they are to be saved."""
    newest = numbered().order_by("-number").first()
    number, mac = (newest.number or 0, bytes(newest.mac or b"")) if newest else (0, b"")
    kid = keyring().active_kid
    for entry in entries:
        number += 1
        entry.number, entry.kid = number, kid
        mac = entry.mac = link(mac, record(entry), kid)


def _chain_batch() -> int:
    with alone():
        fresh = list(_new().order_by("at", "id")[:BATCH])
        append(fresh)
        AuditEntry.objects.bulk_update(fresh, ["number", "kid", "mac"], batch_size=50)
    return len(fresh)


def _new() -> QuerySet[AuditEntry]:
    """Entries without a number; the trail's own never come from there, else anybody could declare an anchor."""
    return AuditEntry.objects.filter(number__isnull=True).exclude(event__in=OWN)
