"""Records of danger: seen by two, read by the team alone, and kept beyond the case."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import (
    closing,
    erasing,
    retention,
    risk,
    risk_records,
    risk_seals,
)
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Case, Risk, RiskEvent, RiskRecord
from counselling.errors import Locked, NotAllowed
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from counselling.vault.sealing import Unreadable
from tests.cases.domain.risk_world import SAID, codes, only, orange, yellow
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def test_a_supervisor_sees_level_and_times_and_never_text(chat: Chat, lea: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, orange())

    (row,) = risk_records.listed(lea)
    one = risk_records.opened(lea, only().pk)

    assert (row.level, row.author, row.waits, row.case, row.content) == ("orange", "Mara", True, None, None)
    assert (one.content, one.case) == (None, None)
    assert "read" not in codes()


def test_a_counsellor_of_the_team_opens_the_text_and_that_is_noted(chat: Chat, jon: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, orange())

    for _ in range(2):
        one = risk_records.opened(jon, only().pk)

    assert one.content
    assert one.content.said == SAID
    assert one.case == chat.case
    assert codes() == ["assessed", "read"]
    assert AuditEntry.objects.filter(event="risk_read", actor=jon.id).count() == 1


def test_a_second_professional_looks_and_the_first_does_not_count(chat: Chat, jon: Actor, lea: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, orange())

    with pytest.raises(NotAllowed):
        risk_records.see(chat.counsellor, only().pk)
    assert (risk_records.waiting(chat.counsellor), risk_records.waiting(jon), risk_records.waiting(lea)) == (0, 1, 1)
    for _ in range(2):
        risk_records.see(lea, only().pk)
    risk_records.see(jon, only().pk)

    (row,) = risk_records.listed(chat.counsellor)
    assert [name for name, _at in row.seen] == ["Lea", "Jon"]
    assert (row.waits, row.mine, risk_records.waiting(jon)) == (False, True, 0)
    assert [line.sentence for line in row.log] == [
        "Mara hat eingeschätzt.",
        "Lea hat es gesehen.",
        "Jon hat es gesehen.",
    ]


def test_whoever_assesses_after_a_colleague_has_looked(chat: Chat, jon: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, orange())
    risk.assess(jon, chat.case, Assessment("red"))

    first, second = RiskRecord.objects.order_by("at")
    assert (codes(first), codes(second)) == (["assessed", "seen"], ["assessed", "where_asked"])


def test_the_technician_and_the_young_person_see_no_list(team: Team, chat: Chat) -> None:
    for actor in (world.staff(team, "Tek", "administrator"), chat.seeker):
        with pytest.raises(NotAllowed):
            risk_records.listed(actor)


def test_whoever_was_not_let_in_reads_nothing(team: Team, chat: Chat) -> None:
    from tests.people import vault_hands  # noqa: PLC0415 -- only here

    risk.assess(chat.counsellor, chat.case, orange())
    newcomer = vault_hands.person(team, "Neu")

    with pytest.raises(Locked):
        risk_records.opened(newcomer, only().pk)


def test_the_record_outlives_a_case_that_its_young_person_deletes(chat: Chat, jon: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, orange(decision="Mit der Leitung besprochen"))

    erasing.erase_all(chat.seeker)

    assert not Case.objects.exists()
    assert not Risk.objects.exists()
    one = risk_records.opened(jon, only().pk)
    assert one.content
    assert (one.content.decision, one.case) == ("Mit der Leitung besprochen", None)
    assert codes() == ["assessed", "case_erased", "read"]


def test_what_was_below_orange_goes_with_the_case(chat: Chat) -> None:
    risk.assess(chat.counsellor, chat.case, yellow())

    erasing.erase_all(chat.seeker)

    assert not Risk.objects.exists()
    assert not RiskRecord.objects.exists()


def test_nothing_in_a_record_leads_to_the_case_that_is_gone(chat: Chat) -> None:
    risk.assess(chat.counsellor, chat.case, orange())
    row = world.row(chat.case)
    traces = {str(row.pk), str(row.seeker_id), str(row.audit_ref)}

    erasing.erase_all(chat.seeker)

    cells = [str(value) for record in RiskRecord.objects.values() for value in record.values()]
    cells += [str(value) for event in RiskEvent.objects.values() for value in event.values()]
    assert traces.isdisjoint(cells)


@pytest.mark.django_db(transaction=True)
def test_an_open_danger_stops_deletion_by_itself(chat: Chat) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    closing.close(chat.counsellor, chat.case, topics=[], ending="other")
    later = timezone.now() + timedelta(days=800)

    assert retention.prune(later)["cases"] == 0

    risk.assess(chat.counsellor, chat.case, Assessment("green"))
    assert retention.prune(later)["cases"] == 1
    assert RiskRecord.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_records_go_when_their_time_is_over_and_their_case_is_gone(chat: Chat, settings: Settings) -> None:
    settings.RISK_RECORD_MONTHS = 12
    for assessment in (Assessment("red"), Assessment("green")):
        risk.assess(chat.counsellor, chat.case, assessment)
    now = timezone.now()
    assert risk_records.prune(now + timedelta(days=4000)) == 0  # its case is still there
    erasing.erase_all(chat.seeker)
    RiskRecord.objects.filter(level="red").update(at=now - timedelta(days=300))

    assert risk_records.prune(now + timedelta(days=300)) == 0  # the last of the course counts
    assert retention.prune(now + timedelta(days=370))["risk records"] == 2
    assert not RiskEvent.objects.exists()


def test_a_record_opens_only_for_its_team(chat: Chat, jon: Actor) -> None:
    """A thief, an operator, another team: whoever has not the team's private half has only bytes."""
    from counselling.vault import pairs, seals  # noqa: PLC0415 -- only here

    risk.assess(chat.counsellor, chat.case, orange())
    record, key = only(), world.key(chat.case)

    for private in (pairs.new_pair().private, key):
        with pytest.raises(Unreadable):
            risk_seals.open_key(private, record)
    with pytest.raises(Unreadable):  # nor does a case's seal open it, or one of another record
        seals.open_case_key(private_of(jon, record), record.sealed_key, chat.case, f"risk:{record.team_id}:1")
    assert len(risk_seals.open_key(private_of(jon, record), record)) == 32


def private_of(actor: Actor, record: RiskRecord) -> bytes:
    from counselling.people.domain import teamkeys  # noqa: PLC0415 -- only here

    return teamkeys.private_half(actor, record.team_id, record.epoch) or b""


def test_a_record_whose_bytes_were_changed_does_not_open(chat: Chat, jon: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, orange())
    RiskRecord.objects.update(sealed=b"x" * 300)

    with pytest.raises(Unreadable):
        risk_records.opened(jon, only().pk)
