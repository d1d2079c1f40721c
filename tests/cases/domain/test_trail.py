"""What the audit trail says of a case: who opened, claimed, passed on, closed, erased; never what or whose."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chat import domain
from counselling.cases.domain import closing, desk, erasing, handover, posting, queue, retention, seats, timers
from counselling.cases.models import Case, Seat, Waiting
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team
from tests.support import key_rings, world
from tests.support.world import NICKNAME, Chat

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def new_process() -> None:
    audit._remembered.clear()


def told(case: UUID, *events: str) -> list[tuple[str, UUID | None, UUID | None, str]]:
    """Of these events of the case, in order: event, actor, subject, code."""
    rows = AuditEntry.objects.filter(case_ref=world.row(case).audit_ref, event__in=events).order_by("at", "id")
    return list(rows.values_list("event", "actor", "subject", "code"))


# --- moves -----------------------------------------------------------------------------------------------------------


def test_claiming_is_told(chat: Chat) -> None:
    assert told(chat.case, "claimed") == [("claimed", chat.counsellor.id, None, "")]


def test_claiming_the_next_is_told(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    queue.claim_next(mara)

    assert told(waiter.case, "claimed") == [("claimed", mara.id, None, "")]


def test_losing_the_race_is_not_told(team: Team, chat: Chat, jon: Actor) -> None:
    with pytest.raises(queue.Taken):
        queue.claim(jon, chat.case)

    assert len(told(chat.case, "claimed")) == 1


def test_claiming_costs_one_insert(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    with CaptureQueriesContext(connection) as queries:
        queue.claim(mara, waiter.case)

    assert [query["sql"][:6] for query in queries if "people_auditentry" in query["sql"]] == ["INSERT"]


def test_handing_over_is_told(chat: Chat, jon: Actor) -> None:
    handover.to_colleague(chat.counsellor, chat.case, to=jon.id)

    assert told(chat.case, "handed_over") == [("handed_over", chat.counsellor.id, jon.id, "colleague")]


def test_giving_back_is_told(chat: Chat) -> None:
    handover.to_queue(chat.counsellor, chat.case)

    assert told(chat.case, "back_to_queue") == [("back_to_queue", chat.counsellor.id, None, "by_hand")]


def test_taking_a_call_back_is_told(team: Team, mara: Actor) -> None:
    call = world.call(team, mara)

    handover.uncall(mara, call.case)

    assert told(call.case, "back_to_queue") == [("back_to_queue", mara.id, None, "uncalled")]


def test_missed_call_is_told(team: Team, mara: Actor) -> None:
    call = world.call(team, mara)

    timers.missed_calls(timezone.now() + 6 * MINUTE)

    assert told(call.case, "back_to_queue") == [("back_to_queue", None, mara.id, "missed")]


def test_lost_counsellor_is_told(chat: Chat) -> None:
    Staff.objects.update(seen_at=timezone.now() - 10 * MINUTE)
    Seat.objects.update(since=timezone.now() - 10 * MINUTE)

    assert timers.lost_counsellors(timezone.now()) == 1
    assert timers.lost_counsellors(timezone.now()) == 0

    assert told(chat.case, "back_to_queue") == [("back_to_queue", None, chat.counsellor.id, "lost")]


def test_inviting_and_leaving_are_told(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    handover.leave_seat(jon, chat.case)

    assert told(chat.case, "colleague_invited", "colleague_left") == [
        ("colleague_invited", chat.counsellor.id, jon.id, ""),
        ("colleague_left", jon.id, None, ""),
    ]


# --- endings ---------------------------------------------------------------------------------------------------------

ENDINGS: dict[str, tuple[Callable[[Chat], object], bool]] = {  # code -> what is done, and whether by the counsellor
    "seeker": (lambda chat: closing.end(chat.seeker, chat.case), False),
    "counsellor": (lambda chat: closing.close(chat.counsellor, chat.case, topics=[], ending="helped"), True),
    "blocked": (lambda chat: closing.block(chat.counsellor, chat.case), True),
    "letter": (lambda chat: closing.to_letter(chat.counsellor, chat.case), True),
    "silence": (lambda chat: timers.silent_chats(timezone.now() + 31 * MINUTE), False),
}


@pytest.mark.parametrize("code", ENDINGS)
def test_closing_tells_how_and_by_whom(chat: Chat, code: str) -> None:
    act, by_counsellor = ENDINGS[code]

    act(chat)

    assert told(chat.case, "closed") == [("closed", chat.counsellor.id if by_counsellor else None, None, code)]


def test_filing_the_form_afterwards_is_told(chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)
    closing.close(chat.counsellor, chat.case, topics=[], ending="helped")

    assert told(chat.case, "closed") == [
        ("closed", None, None, "seeker"),
        ("closed", chat.counsellor.id, None, "filed"),
    ]


@pytest.mark.parametrize("reason", ["wish", "expired"])
def test_erased_case_stays_in_the_trail_and_leads_nowhere(chat: Chat, reason: str) -> None:
    ref, case = world.row(chat.case).audit_ref, chat.case
    if reason == "wish":
        erasing.erase_all(chat.seeker)
    else:
        closing.end(chat.seeker, case)
        retention._erase_closed(timezone.now() + timedelta(days=2))

    entries = AuditEntry.objects.filter(case_ref=ref)
    assert entries.get(event="erased").code == reason
    assert not Case.objects.filter(audit_ref=ref).exists()
    everything = repr(list(AuditEntry.objects.values_list()))
    for trace in (str(case), case.hex, str(chat.seeker.id), chat.seeker.id.hex, NICKNAME):
        assert trace not in everything
    with pytest.raises(NotFound):
        seats.seated(chat.counsellor, ref)


# --- reading ---------------------------------------------------------------------------------------------------------


def test_opening_is_told_once_per_session_and_case(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    elsewhere = Actor(**{**fields(chat.counsellor), "access": "another browser"})

    for actor in (chat.counsellor, chat.counsellor, elsewhere, jon):
        desk.case_panel(actor, chat.case)
        domain.open_case(actor, chat.case)

    mara, jon_id = chat.counsellor.id, jon.id
    assert [row[1] for row in told(chat.case, "case_opened")] == [mara, mara, jon_id]


def fields(actor: Actor) -> dict[str, Any]:
    return {name: getattr(actor, name) for name in Actor.__slots__}


def test_young_persons_reading_is_not_told(chat: Chat) -> None:
    domain.open_case(chat.seeker, chat.case)

    assert told(chat.case, "case_opened") == []


def test_refused_opening_is_no_opening(chat: Chat, jon: Actor) -> None:
    with pytest.raises(NotFound):
        desk.case_panel(jon, chat.case)

    assert told(chat.case, "case_opened") == []


@pytest.mark.django_db(transaction=True)
def test_messages_cost_no_query_more(chat: Chat) -> None:
    domain.open_case(chat.counsellor, chat.case)

    with CaptureQueriesContext(connection) as queries:
        domain.open_case(chat.counsellor, chat.case)
        posting.commit([world.post(chat.counsellor, chat.case)])
        domain.fresh(chat.counsellor, chat.case, world.key(chat.case), 0, 10)

    assert [query["sql"] for query in queries if "people_auditentry" in query["sql"]] == []


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_refused_content_is_told(team: Team, chat: Chat, role: str) -> None:
    who = world.staff(team, "Uli", role)

    for _ in range(2):
        with pytest.raises(NotAllowed):
            domain.open_case(who, chat.case)

    assert refusals() == [(who.id, None, "seat")]


def refusals() -> list[tuple[UUID | None, UUID | None, str]]:
    rows = AuditEntry.objects.filter(event="content_refused").order_by("code")
    return list(rows.values_list("actor", "case_ref", "code"))


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_asking_for_pages_of_the_desk_is_told(team: Team, chat: Chat, role: str) -> None:
    who = world.staff(team, "Uli", role)
    browser = Client(headers={"accept": "application/json"})
    key_rings.sign_in(browser, Staff.objects.get(pk=who.id))

    for _ in range(2):
        assert browser.get(reverse("cases:case"), {"case": str(chat.case)}).status_code == 403
        assert browser.get(reverse("cases:state")).status_code == 403
        assert browser.post(reverse("cases:back-to-queue")).status_code == 403

    assert refusals() == [(who.id, None, "back-to-queue"), (who.id, None, "case"), (who.id, None, "state")]


def test_strangers_are_refused_without_a_word(chat: Chat) -> None:
    assert Client(headers={"accept": "application/json"}).get(reverse("cases:state")).status_code == 403

    assert refusals() == []


def test_places_in_the_queue_that_end_are_nobodys_doing(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    queue.leave(waiter.seeker, waiter.case)

    assert Waiting.objects.get(case=waiter.case).how == "left"
    assert not AuditEntry.objects.exists()
