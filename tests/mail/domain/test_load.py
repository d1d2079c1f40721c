"""What those who lead see of letters: numbers and dates, and a case that moves without being opened."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import closing, seats
from counselling.errors import Conflict, Invalid, NotAllowed, NotFound
from counselling.mail.domain import lists as in_order
from counselling.mail.domain import load
from counselling.mail.domain.load import Keeper, Kept
from counselling.people.models import AuditEntry, TeamSeal
from tests.mail import team_world as lists
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


def test_numbers_of_a_team() -> None:
    team = world.team()
    linde, uli = world.counsellor(team, "Linde"), world.staff(team, "Uli", "supervisor")
    over, today = post.claimed(team, linde), post.claimed(team, linde)
    free, answered = post.asked(team), post.claimed(team, linde)
    post.send(linde, answered.case, "Danke.")
    now = timezone.now()
    lists.waits(over.case, since=now - dt.timedelta(days=9), due_at=now - dt.timedelta(days=4))
    lists.waits(today.case, since=now, due_at=in_order.end_of_day(now))
    lists.waits(free.case, since=now, due_at=now + dt.timedelta(days=4))

    (found,) = load.of_teams(uli, now)

    assert (found.waiting, found.due_today, found.overdue, found.unclaimed, found.oldest_days) == (3, 1, 1, 1, 9)
    assert found.keepers == [Keeper(None, "", 1, 1, 0), Keeper(linde.id, "Linde", 3, 2, 1)]


def test_team_without_letters_and_foreign_teams() -> None:
    post.asked(world.team())
    uli = world.staff(world.team("Buche"), "Uli", "supervisor")

    (found,) = load.of_teams(uli, timezone.now())

    assert (found.name, found.waiting, found.oldest_days, found.keepers) == ("Buche", 0, None, [])
    assert load.waiting(uli, 1, timezone.now()) == ([], False)


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_those_who_lead(role: str) -> None:
    actor = world.staff(world.team(), "Andere", role)
    with pytest.raises(NotAllowed):
        load.of_teams(actor, timezone.now())
    with pytest.raises(NotAllowed):
        load.waiting(actor, 1, timezone.now())
    with pytest.raises(NotAllowed):
        load.reassign(actor, uuid.uuid4(), to=actor.id)


def test_case_is_reassigned_by_its_number_without_being_opened() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    uli = world.staff(team, "Uli", "supervisor")
    made = post.claimed(team, linde)
    (due,), more = load.waiting(uli, 1, timezone.now())
    assert not more
    assert (due.keeper, due.short, str(mara.id) in dict(due.colleagues)) == ("Linde", str(due.ref)[:8], True)
    assert str(linde.id) not in dict(due.colleagues)

    load.reassign(uli, due.ref, to=mara.id)

    assert world.row(made.case).keeper_id == mara.id
    entry = AuditEntry.objects.get(event="handed_over")
    assert (entry.actor, entry.subject, entry.case_ref) == (uli.id, mara.id, due.ref)
    with pytest.raises(NotAllowed):
        seats.seated(uli, made.case)
    assert AuditEntry.objects.filter(event="content_refused", actor=uli.id).exists()


def test_all_that_lies_with_somebody_who_fell_ill_can_move_on() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    uli, now = world.staff(team, "Uli", "supervisor"), timezone.now()
    waits, answered = post.claimed(team, linde), post.claimed(team, linde)
    post.claimed(team, mara)
    free = post.asked(team)
    post.send(linde, answered.case, "Danke.")

    rows, more = load.waiting(uli, 1, now, Kept(linde.id))

    assert [(row.ref, row.since is None, row.light is None) for row in rows] == [
        (world.row(waits.case).audit_ref, False, False),
        (world.row(answered.case).audit_ref, True, True),
    ]
    assert not more
    assert [row.ref for row in load.waiting(uli, 1, now, Kept(None))[0]] == [world.row(free.case).audit_ref]
    load.reassign(uli, rows[1].ref, to=mara.id)
    assert world.row(answered.case).keeper_id == mara.id
    assert load.waiting(uli, 1, now, Kept(uuid.uuid4())) == ([], False)


def test_nobody_is_torn_out_of_a_chat() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    uli, made = world.staff(team, "Uli", "supervisor"), post.claimed(team, linde)
    closing.take_up_again(made.seeker, made.case)

    with pytest.raises(Conflict):
        load.reassign(uli, world.row(made.case).audit_ref, to=mara.id)


def test_what_cannot_be_reassigned() -> None:
    team, buche = world.team(), world.team("Buche")
    linde, uli = world.counsellor(team, "Linde"), world.staff(team, "Uli", "supervisor")
    foreign = world.row(post.asked(buche).case).audit_ref
    mine = world.row(post.claimed(team, linde).case).audit_ref

    with pytest.raises(NotFound):
        load.reassign(uli, foreign, to=linde.id)
    with pytest.raises(NotFound):
        load.reassign(uli, uuid.uuid4(), to=linde.id)
    with pytest.raises(Invalid):
        load.reassign(uli, mine, to=linde.id)
    with pytest.raises(NotFound):
        load.reassign(uli, mine, to=world.counsellor(buche, "Buche").id)
    new = world.staff(team, "Neu")
    TeamSeal.objects.filter(staff=new.id).delete()
    with pytest.raises(Conflict):
        load.reassign(uli, mine, to=new.id)


def test_pages_and_as_many_queries_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    team = world.team()
    uli = world.staff(team, "Uli", "supervisor")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            load.of_teams(uli, timezone.now())
            load.waiting(uli, 1, timezone.now())
        return len(caught)

    post.asked(team)
    with_one = queries()
    for _ in range(9):
        post.asked(team)
    assert queries() == with_one
    monkeypatch.setattr(load, "PAGE", 8)
    first, second = (load.waiting(uli, page, timezone.now()) for page in (1, 2))
    assert ([len(first[0]), first[1]], [len(second[0]), second[1]]) == ([8, True], [2, False])
