"""Every kind of event that is counted, really lived once: what the simulator has to look like."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from blended.domain import agreeing, changes, changing, meetings, referral_steps, referrals
from blended.models import Appointment
from counselling.cases.domain import closing, door, handover, queue, risk, seats, talks
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import CountRow
from counselling.errors import Closed
from counselling.mail.domain import handling
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from counselling.statistics.domain import offered
from tests.blended import call_world as calls
from tests.blended import dates_world as dates
from tests.blended import partners_world as partners
from tests.support import letters, world


def live_all(team: Team, mara: Actor, settings: pytest.MonkeyPatch) -> None:
    """Everything once."""
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example:3478"], "s" * 32  # type: ignore[attr-defined]
    offered.look(timezone.now())
    _chat(team, mara)
    _places(team, mara)
    _letters(team, mara)
    _ways(team, mara)
    _dates(team, mara)
    _beside(team, mara)
    _door(team)


def codes_of_rows() -> dict[str, set[str]]:
    """By event the names of codes that its rows carry."""
    found: dict[str, set[str]] = {}
    for row in CountRow.objects.all():
        found.setdefault(row.event, set()).update(row.codes)
    return found


def _chat(team: Team, mara: Actor) -> None:
    one = world.chat(team, mara)
    world.say(one.seeker, one.case)
    handover.to_queue(mara, one.case)
    queue.claim(mara, one.case)
    closing.end(one.seeker, one.case)
    closing.close(mara, one.case, topics=[], ending="referred", referral="therapy")
    closing.feedback(one.seeker, one.case, helped=4, again=True)
    closing.take_up_again(one.seeker, one.case)
    queue.leave(one.seeker, one.case)


def _places(team: Team, mara: Actor) -> None:
    for how in ("abandoned", "closed"):
        waiter = world.waiting(team)
        with transaction.atomic():
            queue.end_place(seats.lock(waiter.case), how)
    waiter = world.waiting(team)
    passphrases.keep(waiter.seeker, f"Otter {waiter.case.hex[:6]}", letters.WORDS)
    letters.send(waiter.seeker, waiter.case, "Ich warte nicht länger.")


def _letters(team: Team, mara: Actor) -> None:
    one = letters.asked(team)
    handling.claim(mara, one.case)
    letters.send(mara, one.case, "Ja.")
    letters.send(mara, one.case, "Noch etwas.")
    closing.close(mara, one.case, topics=[], ending="helped", letters=True)
    letters.send(one.seeker, one.case, "Jetzt doch noch einmal.")


def _ways(team: Team, mara: Actor) -> None:
    one = world.chat(team, mara)
    changes.refuse(one.seeker, changes.propose(mara, one.case, "voice"))
    asked = changes.propose(one.seeker, one.case, "voice")
    changes.agree(mara, asked)
    changes.undo(mara, asked)
    sides = calls.talking(one)
    with transaction.atomic():
        meetings.back_here(seats.lock(one.case), calls.row(sides[0].meeting))
    for side in sides:
        side.enter()
    meetings.end(mara, sides[0].meeting)
    closing.end(one.seeker, one.case)


def _dates(team: Team, mara: Actor) -> None:
    one = letters.claimed(team, mara)
    agreeing.decline(one.seeker, agreeing.propose(mara, one.case, dates.when()))
    asked = agreeing.propose(mara, one.case, dates.when())
    agreeing.confirm(one.seeker, asked)
    moved = changing.move(mara, asked, dates.when(days=6))
    agreeing.confirm(one.seeker, moved)
    changing.cancel(one.seeker, moved)
    for kept in (True, False):
        booked = agreeing.propose(mara, one.case, dates.when(days=7 + kept, channel="phone"))
        agreeing.confirm(one.seeker, booked)
        begun = timezone.now() - timedelta(hours=1 + kept)
        Appointment.objects.filter(pk=booked).update(starts_at=begun, ends_at=begun + timedelta(minutes=30))
        changing.mark(mara, booked, kept=kept)
    with transaction.atomic():
        talks.begin_agreed(seats.lock(one.case), Staff.objects.get(pk=mara.id))
    closing.end(one.seeker, one.case)


def _beside(team: Team, mara: Actor) -> None:
    one = world.chat(team, mara)
    risk.assess(mara, one.case, Assessment("red"))
    partners.carded(one, team)
    made, code = partners.handed(one)
    referral_steps.open_by_code(code)
    referral_steps.close(mara, made, "arrived")
    other = partners.asked(one, "Etwas anderes")
    referrals.refuse(one.seeker, other)
    closing.end(one.seeker, one.case)


def _door(team: Team) -> None:
    door.knock(team.pk)
    for state in ("full", "nobody"):
        door.refuse(team.pk, state)
    world.close_hours(team)
    with pytest.raises(Closed):
        world.waiting(team)
