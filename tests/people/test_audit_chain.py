"""Numbering the audit trail: in order of time, by any number of processes, through interruptions and new keys."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.people.domain import audit, audit_chain, audit_proof
from counselling.people.models import AuditEntry
from counselling.vault.chain import link
from tests.people import trail
from tests.support import environment, key_files, world


@pytest.mark.django_db
def test_entries_are_numbered_in_order_of_time_then_id() -> None:
    now = timezone.now()
    for seconds in (3, 1, 2, 2):
        AuditEntry.objects.create(at=now - timedelta(seconds=seconds), event="claimed")

    assert audit_chain.chain() == 4
    rows = trail.rows()
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert rows == sorted(rows, key=lambda row: (row.at, row.pk))


@pytest.mark.django_db
def test_each_mac_confirms_the_record_and_the_mac_before_it() -> None:
    first, second = trail.chained(2)

    assert bytes(first.mac) == link(b"", audit_chain.record(first), first.kid)
    assert bytes(second.mac) == link(bytes(first.mac), audit_chain.record(second), second.kid)


@pytest.mark.django_db
def test_record_is_what_the_docs_say() -> None:
    entry = AuditEntry.objects.create(at=datetime(2026, 11, 3, 8, 30, tzinfo=UTC), event="claimed")
    entry.number, entry.kid = 7, "k1"

    assert audit_chain.record(entry) == (
        f'[7, "{entry.pk}", "2026-11-03T08:30:00.000000Z", "claimed", "", "", "", "", "k1"]'.encode()
    )


@pytest.mark.django_db
def test_what_comes_later_is_added_behind() -> None:
    trail.chained(3)
    trail.write(2, at=timezone.now() - timedelta(hours=1))

    assert audit_chain.chain() == 2
    assert [row.number for row in trail.rows()] == [1, 2, 3, 4, 5]
    assert audit_proof.verify() == []


@pytest.mark.django_db
def test_nothing_new_costs_one_query(django_assert_num_queries: Callable[[int], object]) -> None:
    trail.chained(3)

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert audit_chain.chain() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [7, 8, 9])
def test_many_entries_go_in_batches(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(audit_chain, "BATCH", 4)
    trail.write(count)

    assert audit_chain.chain() == count
    assert audit_proof.verify() == []


@pytest.mark.django_db
@pytest.mark.parametrize("event", audit_chain.OWN)
def test_the_trails_own_entries_are_not_taken_from_anybody(event: str) -> None:
    AuditEntry.objects.create(at=timezone.now(), event=event, code="3")

    assert audit_chain.chain() == 0
    assert [problem.kind for problem in audit_proof.verify()] == ["unchained"]
    assert event not in audit.EVENTS


@pytest.mark.django_db(transaction=True)
def test_processes_at_once_number_each_entry_once() -> None:
    trail.write(120)

    results = world.together(*[audit_chain.chain] * 4)

    assert sum(results) == 120
    assert [row.number for row in trail.rows()] == list(range(1, 121))
    assert audit_proof.verify() == []


@pytest.mark.django_db(transaction=True)
def test_entries_may_come_while_others_are_numbered() -> None:
    def write_and_chain() -> int:
        done = 0
        for _ in range(10):
            trail.write(3)
            done += audit_chain.chain()
        return done

    results = world.together(*[write_and_chain] * 3)

    assert sum(results) == 90
    assert audit_proof.verify() == []


@pytest.mark.django_db
def test_entries_of_an_older_key_stay_verifiable(use_keys: Callable[..., None]) -> None:
    old, new = key_files.key_line("old"), key_files.key_line("new")
    use_keys(old)
    trail.chained(3)
    use_keys(new, old)
    trail.chained(2)

    assert [row.kid for row in trail.rows()] == ["old", "old", "old", "new", "new"]
    assert audit_proof.verify() == []


KILL = "os.kill(os.getpid(), signal.SIGKILL)"
INTERRUPTED = {
    "before the first write": f"audit_chain.AuditEntry.objects.bulk_update = lambda *given, **more: {KILL}",
    "before the commit": f"connection._commit = lambda: {KILL}",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not settings.EMBEDDED, reason="another process needs the file's path; transactions are the same")
@pytest.mark.parametrize("moment", INTERRUPTED)
def test_killed_halfway_is_taken_up_again(moment: str) -> None:
    trail.write(9)

    assert chain_elsewhere(INTERRUPTED[moment]) == -signal.SIGKILL
    assert trail.rows() == []

    assert chain_elsewhere("") == 0
    assert [row.number for row in trail.rows()] == list(range(1, 10))
    assert audit_proof.verify() == []


def chain_elsewhere(mischief: str) -> int:
    """Chain in another process that does this first; its exit code."""
    script = [
        "import os, signal, django; django.setup()",
        "from django.db import connection",
        "from counselling.people.domain import audit_chain",
        mischief,
        "audit_chain.chain()",
    ]
    ours = os.environ | {
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "COUNSELLING_KEY_FILE": str(settings.MASTER_KEY_FILE),
    }
    command = [sys.executable, "-c", "\n".join(script)]
    return subprocess.run(command, env=ours, cwd=environment.ROOT, check=False).returncode
