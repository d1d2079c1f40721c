"""Writing into the audit trail: coded, unnumbered, in the transaction of what it tells; some things once a day."""

from datetime import datetime, timedelta
from uuid import uuid4

import django
import pytest
from django.db import transaction
from django.utils import timezone

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


def test_note_says_who_did_what_to_whom_and_nothing_more(mara: Actor) -> None:
    subject, ref = uuid4(), uuid4()

    audit.note("handed_over", by=mara, subject=subject, case_ref=ref, code="colleague")

    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor, entry.subject, entry.case_ref, entry.code) == (
        "handed_over",
        mara.id,
        subject,
        ref,
        "colleague",
    )
    assert (entry.number, entry.kid, entry.mac) == (None, "", None)


def test_note_never_names_a_young_person(team: Team) -> None:
    world.counsellor(team)
    waiter = world.waiting(team)

    audit.note("exported", by=waiter.seeker)

    assert AuditEntry.objects.get(event="exported").actor is None


@pytest.mark.parametrize("write", [audit.note, audit.note_once])
def test_undeclared_event_is_a_mistake(mara: Actor, write: object) -> None:
    with pytest.raises(ValueError, match="danced"):
        write("danced", by=mara)  # type: ignore[operator]


def test_note_goes_with_what_it_tells(mara: Actor) -> None:
    with transaction.atomic():
        audit.note("claimed", by=mara)
        transaction.set_rollback(True)

    assert not AuditEntry.objects.exists()


def test_once_means_per_session_case_code_and_day(mara: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = uuid4(), uuid4()
    elsewhere = Actor("staff", mara.id, mara.role, "another session")

    for by, ref, code in [(mara, one, ""), (mara, one, ""), (mara, other, ""), (elsewhere, one, ""), (mara, one, "x")]:
        audit.note_once("case_opened", by=by, case_ref=ref, code=code)
    assert AuditEntry.objects.count() == 4

    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(audit, "timezone", Clock(tomorrow))
    audit.note_once("case_opened", by=mara, case_ref=one)
    assert AuditEntry.objects.count() == 5


class Clock:
    """Django's clock, standing still."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def localdate(self) -> object:
        return timezone.localdate(self._now)


@pytest.mark.django_db(transaction=True)
def test_second_time_costs_no_query(mara: Actor, django_assert_num_queries: object) -> None:
    ref = uuid4()
    audit.note_once("case_opened", by=mara, case_ref=ref)

    with django_assert_num_queries(0):  # type: ignore[operator]
        audit.note_once("case_opened", by=mara, case_ref=ref)


@pytest.mark.django_db(transaction=True)
def test_another_process_writes_it_no_second_time(mara: Actor) -> None:
    ref = uuid4()
    audit.note_once("case_opened", by=mara, case_ref=ref)
    audit._remembered.clear()

    audit.note_once("case_opened", by=mara, case_ref=ref)

    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_rolled_back_is_not_remembered(mara: Actor) -> None:
    ref = uuid4()
    with transaction.atomic():
        audit.note_once("case_opened", by=mara, case_ref=ref)
        transaction.set_rollback(True)

    audit.note_once("case_opened", by=mara, case_ref=ref)

    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_memory_of_a_process_is_bounded(mara: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_REMEMBERED", 2)

    for _ in range(4):
        audit.note_once("case_opened", by=mara, case_ref=uuid4())

    assert len(audit._remembered) == 2
