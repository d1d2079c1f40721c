"""The oldest entries of the trail go, by whole months, and what is left can be verified from the anchor on."""

import logging
from datetime import UTC, datetime, timedelta

import django
import pytest
from django.utils import timezone
from pytest_django import Settings

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from django.contrib.admin.models import CHANGE, LogEntry

from counselling.cases.domain import retention
from counselling.people.domain import audit_chain, audit_proof, audit_retention
from counselling.people.models import AuditEntry, Staff
from tests.people import trail
from tests.support import world

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEPT_SINCE = datetime(2024, 10, 31, 23, tzinfo=UTC)  # midnight in Berlin
BEFORE = KEPT_SINCE - timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("months", "since"), [(24, "2024-11-01"), (1, "2026-10-01"), (11, "2025-12-01"), (12, "2025-11-01")]
)
def test_whole_months_are_kept(months: int, since: str) -> None:
    began = audit_retention.months_before(NOW, months)

    assert timezone.localtime(began).isoformat()[:16] == f"{since}T00:00"


def test_older_entries_go_and_an_entry_tells_so() -> None:
    old = trail.chained(4, at=BEFORE)
    trail.chained(3, at=NOW)

    assert audit_retention.prune(NOW) == 4

    anchor, *kept, told = trail.rows()
    assert [row.number for row in (anchor, *kept, told)] == [4, 5, 6, 7, 8]
    assert (told.event, told.code, told.at, told.subject) == (audit_chain.PRUNED, "4", NOW, old[3].pk)
    assert audit_proof.verify() == []


def test_anchor_tells_nothing() -> None:
    old = trail.chained(1, at=BEFORE)[0]
    trail.chained(1, at=NOW)

    audit_retention.prune(NOW)

    anchor = trail.rows()[0]
    assert (anchor.event, anchor.at, bytes(anchor.mac)) == (audit_chain.ANCHOR, NOW, bytes(old.mac))
    assert (anchor.actor, anchor.subject, anchor.case_ref, anchor.code, anchor.kid) == (None, None, None, "", "")


def test_repeating_changes_nothing() -> None:
    trail.chained(4, at=BEFORE)
    trail.chained(3, at=NOW)
    audit_retention.prune(NOW)
    before = trail.rows()

    assert audit_retention.prune(NOW) == 0
    assert trail.rows() == before


def test_young_trail_is_left_alone() -> None:
    trail.chained(4, at=KEPT_SINCE + timedelta(days=1))

    assert audit_retention.prune(NOW) == 0
    assert len(trail.rows()) == 4


def test_empty_trail_has_nothing_to_let_go() -> None:
    assert audit_retention.prune(NOW) == 0
    assert not AuditEntry.objects.exists()


def test_how_long_is_a_setting(settings: Settings) -> None:
    settings.AUDIT_MONTHS = 1
    trail.chained(3, at=NOW - timedelta(days=60))
    trail.chained(2, at=NOW)

    assert audit_retention.prune(NOW) == 3


def test_whole_old_trail_goes_but_for_the_anchor_and_its_entry() -> None:
    trail.chained(3, at=BEFORE)

    assert audit_retention.prune(NOW) == 3

    assert [row.event for row in trail.rows()] == [audit_chain.ANCHOR, audit_chain.PRUNED]
    assert audit_proof.verify() == []


def test_month_after_month_one_anchor_is_left() -> None:
    for month in range(8):
        at = NOW + timedelta(days=30 * month)
        trail.chained(2, at=at - timedelta(days=731 + 31))
        audit_retention.prune(at)
        assert audit_proof.verify() == []

    events = [row.event for row in trail.rows()]
    assert events.count(audit_chain.ANCHOR) == 1
    assert events[0] == audit_chain.ANCHOR


def test_anchors_entry_goes_in_its_time_and_a_new_one_comes() -> None:
    trail.chained(2, at=BEFORE)
    trail.chained(2, at=NOW)
    audit_retention.prune(NOW)
    later = NOW + timedelta(days=800)
    trail.chained(2, at=later)

    assert audit_retention.prune(later) == 3  # two entries, and the one that told of the first anchor
    assert audit_proof.verify() == []


def test_entries_without_a_number_get_one_first() -> None:
    trail.write(2, at=BEFORE)

    assert audit_retention.prune(NOW) == 2
    assert audit_proof.verify() == []


def test_old_entry_behind_a_young_one_waits_for_its_turn() -> None:
    trail.chained(1, at=NOW)
    trail.chained(1, at=BEFORE)

    assert audit_retention.prune(NOW) == 0


def test_evidence_does_not_expire(caplog: pytest.LogCaptureFixture) -> None:
    trail.chained(4, at=BEFORE)
    trail.alter(2, code="other")

    with caplog.at_level(logging.ERROR):
        assert audit_retention.prune(NOW) == 0

    assert len(trail.rows()) == 4
    assert caplog.messages == ["the audit trail was not shortened: changed at 2"]


def test_dating_entries_back_does_not_make_them_go() -> None:
    trail.chained(4, at=NOW)
    AuditEntry.objects.update(at=KEPT_SINCE - timedelta(days=1))

    assert audit_retention.prune(NOW) == 0
    assert len(audit_proof.verify()) == 4


@pytest.mark.django_db(transaction=True)
def test_two_processes_shorten_once() -> None:
    trail.chained(40, at=BEFORE)
    trail.chained(3, at=NOW)

    results = world.together(*[lambda: audit_retention.prune(NOW)] * 3)

    assert sorted(results) == [0, 0, 40]
    assert audit_proof.verify() == []


def test_what_the_admin_noted_goes_after_as_many_months(settings: Settings) -> None:
    by = Staff.objects.create(username="technik", alias="Technik", role=Staff.Role.ADMINISTRATOR)
    for at in (BEFORE, KEPT_SINCE, NOW):
        LogEntry.objects.create(user=by, action_flag=CHANGE, object_repr="Linde", action_time=at)

    assert audit_retention.prune_admin_log(NOW) == 1
    assert audit_retention.prune_admin_log(NOW) == 0

    kept = LogEntry.objects.order_by("action_time").values_list("action_time", flat=True)
    assert list(kept) == [KEPT_SINCE, NOW]
    settings.AUDIT_MONTHS = 1
    assert audit_retention.prune_admin_log(NOW) == 1


@pytest.mark.django_db(transaction=True)  # the scrubbing at the end runs outside of any transaction
def test_pruning_takes_the_admins_log_along() -> None:
    by = Staff.objects.create(username="technik", alias="Technik", role=Staff.Role.ADMINISTRATOR)
    LogEntry.objects.create(user=by, action_flag=CHANGE, object_repr="Linde", action_time=BEFORE)

    assert retention.prune(NOW)["admin log entries"] == 1
