"""Who comes next, and what waiting people are told about it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import closing, handover, places, queue
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.places import Place
from counselling.cases.models import Waiting, WaitSample
from counselling.errors import AtCapacity, NobodyWaiting, NotFound
from counselling.people.domain import access, presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Waiter

pytestmark = pytest.mark.django_db
LANGUAGES = [("tr", 9), ("ar", 5), ("uk", 1)]
URGENT = FactsInput(strain=5)


def order(team: Team) -> list[UUID]:
    return [place.case_id for place in places.in_line(team.pk)]


def missed_call(waiter: Waiter) -> None:
    """Called five minutes ago without coming: back at the top, kept."""
    Waiting.objects.filter(case=waiter.case).update(
        front=True, kept_until=timezone.now() + timedelta(minutes=15), seen_at=None
    )


@pytest.fixture
def hour(team: Team) -> None:
    """Five waits of 4, 8, 12, 16 and 20 minutes were remembered for this hour of the day."""
    now = timezone.localtime()
    for minutes in (4, 8, 12, 16, 20):
        WaitSample.objects.create(team=team, day=now.date(), hour=now.hour, seconds=minutes * 60)


def test_the_longest_waiting_come_first(team: Team, mara: Actor) -> None:
    short, longest, long = (world.waiting(team, minutes=minutes) for minutes in (1, 30, 10))

    assert order(team) == [longest.case, long.case, short.case]


def test_the_urgent_come_before_the_longest_waiting(team: Team, mara: Actor) -> None:
    long, urgent = world.waiting(team, minutes=30), world.waiting(team, facts=URGENT)

    assert order(team) == [urgent.case, long.case]


@pytest.mark.parametrize("strain", [None, 1, 2, 3, 4])
def test_only_the_worst_strain_is_urgent(team: Team, mara: Actor, strain: int | None) -> None:
    assert not world.place_row(world.waiting(team, facts=FactsInput(strain=strain)).case).urgent


def test_who_lost_a_counsellor_comes_before_the_urgent(team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara)
    urgent = world.waiting(team, facts=URGENT, minutes=30)

    handover.to_queue(mara, chat.case)

    assert order(team) == [chat.case, urgent.case]


def test_every_team_has_its_own_line(team: Team, mara: Actor) -> None:
    other = world.team("Ahorn")
    world.counsellor(other, "Jon")
    here, there = world.waiting(team), world.waiting(other)

    assert (order(team), order(other)) == ([here.case], [there.case])


def test_next_takes_the_top(team: Team, mara: Actor) -> None:
    world.waiting(team, minutes=1)
    top = world.waiting(team, minutes=9)

    assert queue.claim_next(mara) == top.case


def test_next_prefers_somebody_who_was_with_me_before(team: Team, mara: Actor, jon: Actor) -> None:
    known = world.chat(team, mara)
    handover.to_queue(mara, known.case)
    Waiting.objects.filter(case=known.case).update(front=False)
    longer = world.waiting(team, minutes=30)

    assert queue.claim_next(jon) == longer.case
    assert queue.claim_next(mara) == known.case


def test_next_knows_somebody_by_an_earlier_chat_too(team: Team, mara: Actor, jon: Actor) -> None:
    """A new chat of the same young person is a new case."""
    before = world.chat(team, mara)
    closing.close(mara, before.case, topics=[], ending="continues")
    again, longer = world.waiting(team, seeker=before.seeker), world.waiting(team, minutes=30)

    assert queue.claim_next(jon) == longer.case
    longest = world.waiting(team, minutes=60)
    assert queue.claim_next(mara) == again.case
    assert queue.claim_next(mara) == longest.case


def test_next_prefers_a_language_i_speak(team: Team) -> None:
    lena = world.counsellor(team, "Lena", languages=("de", "uk"))
    omar = world.counsellor(team, "Omar", languages=("ar",))
    turkish, arabic, ukrainian = (
        world.waiting(team, language=language, minutes=minutes) for language, minutes in LANGUAGES
    )

    assert queue.claim_next(omar) == arabic.case
    assert queue.claim_next(lena) == ukrainian.case
    assert queue.claim_next(lena) == turkish.case


def test_the_wished_language_counts_more_than_that_of_the_page(team: Team) -> None:
    omar = world.counsellor(team, "Omar", languages=("ar",))
    world.waiting(team, language="de", minutes=9)
    arabic = world.waiting(team, language="de", facts=FactsInput(language="ar"))

    assert queue.claim_next(omar) == arabic.case


def test_urgency_counts_more_than_what_i_prefer(team: Team, mara: Actor) -> None:
    known = world.chat(team, mara)
    handover.to_queue(mara, known.case)
    Waiting.objects.filter(case=known.case).update(front=False)
    urgent = world.waiting(team, facts=URGENT, language="tr")

    assert queue.claim_next(mara) == urgent.case


def test_next_calls_somebody_absent(team: Team, mara: Actor) -> None:
    """A place needs no connection."""
    absent = world.waiting(team, present=False, minutes=9)
    world.waiting(team, minutes=1)

    assert queue.claim_next(mara) == absent.case


def test_next_passes_over_who_missed_a_call_and_is_still_away(team: Team, mara: Actor) -> None:
    missed, other = world.waiting(team, minutes=9), world.waiting(team)
    missed_call(missed)

    assert queue.claim_next(mara) == other.case
    with pytest.raises(NobodyWaiting):
        queue.claim_next(mara)


def test_next_takes_who_missed_a_call_once_they_are_back(team: Team, mara: Actor) -> None:
    missed, _ = world.waiting(team), world.waiting(team, minutes=9)
    missed_call(missed)
    queue.appear(missed.seeker, missed.case)

    assert queue.claim_next(mara) == missed.case


def test_next_passes_over_who_was_called_already(team: Team, mara: Actor, jon: Actor) -> None:
    world.call(team, mara, minutes=9)
    other = world.waiting(team)

    assert queue.claim_next(jon) == other.case


def test_next_says_when_nobody_waits(team: Team, mara: Actor) -> None:
    with pytest.raises(NobodyWaiting):
        queue.claim_next(mara)


def test_next_never_leaves_the_own_team(team: Team, mara: Actor) -> None:
    other = world.team("Ahorn")
    world.counsellor(other, "Jon")
    world.waiting(other)

    with pytest.raises(NobodyWaiting):
        queue.claim_next(mara)


def test_next_respects_the_capacity(team: Team) -> None:
    mara = world.counsellor(team, "Mara", capacity=1)
    world.chat(team, mara)
    world.waiting(team)

    with pytest.raises(AtCapacity):
        queue.claim_next(mara)


# --- what the waiting person sees ------------------------------------------------------------------------------------


def test_place_tells_the_position_and_the_range(team: Team, mara: Actor, hour: None) -> None:
    first, second = world.waiting(team, minutes=5), world.waiting(team, minutes=1)

    assert places.place(first.seeker, first.case) == Place("waiting", 1, (8, 16), "open", None, "")
    assert places.place(second.seeker, second.case) == Place("waiting", 2, (8, 16), "open", None, "")


def test_place_tells_who_calls_until_when(team: Team, mara: Actor) -> None:
    chat = world.call(team, mara)
    row = world.place_row(chat.case)

    assert places.place(chat.seeker, chat.case) == Place("called", 1, None, "open", row.deadline, "Mara", row.called_at)
    assert row.called_at is not None


def test_place_is_none_in_a_running_chat(team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara)

    assert places.place(chat.seeker, chat.case).state == "none"


def test_place_is_ended_after_leaving(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    queue.leave(waiter.seeker, waiter.case)

    assert places.place(waiter.seeker, waiter.case).state == "ended"


def test_place_says_when_nobody_was_here_for_five_minutes(team: Team, mara: Actor) -> None:
    """Somebody who is away for a moment does not frighten those who wait."""
    waiter = world.waiting(team)
    presence.set_status(mara, "away")
    assert places.place(waiter.seeker, waiter.case).open == "open"

    Team.objects.update(last_here_at=timezone.now() - timedelta(minutes=6))

    assert places.place(waiter.seeker, waiter.case).open == "nobody"


def test_place_is_for_its_own_seeker(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    with pytest.raises(NotFound):
        places.place(access.new_seeker()[0], waiter.case)


def test_costs_do_not_grow_with_the_line(team: Team) -> None:
    mara = world.counsellor(team, "Mara", capacity=12)
    world.chat(team, mara)  # opens the team's vault once
    costs: list[tuple[int, int, int]] = []
    for waiting in (1, 3, 200):
        waiters = [world.waiting(team) for _ in range(waiting - Waiting.objects.filter(ended_at=None).count())]
        with CaptureQueriesContext(connection) as asking:
            places.place(waiters[-1].seeker, waiters[-1].case)
        with CaptureQueriesContext(connection) as telling:
            places.places(team.pk, list(Waiting.objects.filter(ended_at=None).select_related("called_by")))
        with CaptureQueriesContext(connection) as claiming:
            queue.claim_next(mara)
        costs.append((len(asking), len(telling), len(claiming)))

    assert costs[0] == costs[1] == costs[2]
