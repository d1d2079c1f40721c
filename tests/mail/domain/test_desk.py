"""The lists of letters: who stands where, in which order, for whom, and at what price."""

import datetime as dt

import pytest
from django.utils import timezone

from counselling.cases.domain import by_letter, closing, queue
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case, Seat
from counselling.centre import defaults
from counselling.errors import NotAllowed
from counselling.mail.domain import desk, letters
from counselling.mail.domain import lists as in_order
from counselling.mail.domain.lists import Chosen
from counselling.mail.models import Correspondence
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff
from tests.mail import team_world as lists
from tests.support import key_rings, world
from tests.support import letters as post

pytestmark = pytest.mark.django_db


def test_inbox_has_what_nobody_took_the_most_pressing_first() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    late, soon, hint, urgent = (post.asked(team, nickname=name) for name in ("Spät", "Bald", "Wort", "Dringend"))
    post.claimed(team, mara, nickname="Vergeben")
    post.writer(team, nickname="Noch kein Brief")
    lists.due_in(late.case, 90)
    lists.due_in(soon.case, 3)
    lists.due_in(hint.case, 50, hinted=True)
    lists.due_in(urgent.case, 80, urgent=True)

    assert lists.names(linde) == ["Dringend", "Wort", "Bald", "Spät"]


def test_foreign_team_sees_nothing() -> None:
    post.asked(world.team())
    other = world.counsellor(world.team("Buche"), "Buche")

    assert [lists.names(other, tab, scope="team") for tab in in_order.TABS] == [[]] * len(in_order.TABS)
    assert set(desk.counts(other, timezone.now()).values()) == {0}


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_others_than_counsellors_are_refused(role: str) -> None:
    team = world.team()
    post.asked(team)
    with pytest.raises(NotAllowed):
        desk.page(world.staff(team, "Uli", role), Chosen(), timezone.now())


def test_who_was_not_let_in_sees_no_name_and_is_told() -> None:
    team = world.team()
    post.asked(team)
    person = Staff(username="neu", alias="Neu", role="counsellor", languages=["de"])
    person.save(force_insert=True)
    person.teams.add(team)
    neu = Actor.for_staff(person, "session", Ring(key_rings.give_pair(person)))

    listed = desk.page(neu, Chosen(), timezone.now())

    assert ([row.nickname for row in listed.rows], listed.shut) == (["…"], True)


def test_answer_and_next_letter_move_a_case_between_lists() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    assert (lists.names(linde, "mine"), lists.names(linde, "answered")) == ([world.NICKNAME], [])

    post.send(linde, made.case, "Danke für deinen Brief.")
    assert (lists.names(linde, "mine", state="waits"), lists.names(linde, "answered")) == ([], [world.NICKNAME])

    post.send(made.seeker, made.case, "Und noch etwas.")
    assert (lists.names(linde, "mine", state="waits"), lists.names(linde, "answered")) == ([world.NICKNAME], [])


def test_due_are_mine_and_free_ones_up_to_midnight() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    over, free = post.claimed(team, linde, nickname="Über"), post.asked(team, nickname="Frei")
    theirs, later = post.claimed(team, mara, nickname="Ihrer"), post.asked(team, nickname="Später")
    for made, hours in ((over, -50), (theirs, -20), (later, 100)):
        lists.due_in(made.case, hours)
    midnight = in_order.end_of_day(timezone.now())
    lists.waits(free.case, since=timezone.now(), due_at=midnight)

    assert lists.names(linde, "due") == ["Über", "Frei"]
    assert lists.names(linde, "due", scope="team") == ["Über", "Ihrer", "Frei"]
    assert desk.due(linde, timezone.now()) == 2
    assert desk.counts(linde, timezone.now()) == {"inbox": 2, "mine": 1, "due": 2, "reminders": 0}


def test_word_after_an_answer_in_a_chat_is_no_letter_that_waits() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(linde, made.case)
    world.say(linde, made.case, "Hier ist meine Antwort.")
    world.say(made.seeker, made.case, "Danke, tschüss.")
    assert [row.place for row in desk.page(linde, Chosen("mine", state="chat"), timezone.now()).rows] == ["chat"]

    closing.end(made.seeker, made.case)

    assert lists.names(linde, "mine", state="waits") == []
    assert lists.names(linde, "answered") == [world.NICKNAME]


def test_withdrawn_first_letter_leaves_the_second_waiting() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.writer(team)
    first = post.send(made.seeker, made.case, "Eins")
    post.send(made.seeker, made.case, "Zwei")

    letters.withdraw(made.seeker, made.case, first)

    assert lists.names(linde) == [world.NICKNAME]


def test_given_back_case_without_a_letter_that_waits_is_not_lost() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde)
    post.send(linde, made.case, "Danke.")
    by_letter.give_back(linde, made.case)

    assert (lists.names(mara), lists.names(mara, "answered")) == ([], [world.NICKNAME])


def test_closed_ones_are_mine_or_the_team_s_for_90_days() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made, old = post.claimed(team, linde, nickname="Eben"), post.claimed(team, linde, nickname="Alt")
    for one in (made, old):
        closing.close(linde, one.case, topics=[], ending="helped", letters=True)
    Case.objects.filter(pk=old.case).update(closed_at=timezone.now() - dt.timedelta(days=91))

    assert (lists.names(linde, "closed"), lists.names(mara, "closed")) == (["Eben"], [])
    assert lists.names(mara, "closed", scope="team") == ["Eben"]


def test_reminder_shows_on_its_day() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    today, later = post.claimed(team, linde, nickname="Heute"), post.claimed(team, linde, nickname="Morgen")
    for made, days in ((today, 0), (later, 1)):
        day = timezone.localdate() + dt.timedelta(days=days)
        Correspondence.objects.filter(case=made.case).update(remind_on=day)

    assert lists.names(linde, "reminders") == ["Heute"]


def test_topic_and_unknown_codes() -> None:
    defaults.ensure()
    team = world.team()
    linde = world.counsellor(team, "Linde")
    post.asked(team, nickname="Familie", facts=FactsInput(topics=["family"]))
    post.asked(team, nickname="Sonst")

    assert lists.names(linde, topic="family") == ["Familie"]
    assert lists.names(linde, topic="unknown") == []
    unknown = Chosen("x", scope="x", state="x", page=-3).known()
    assert unknown == Chosen()


def test_row_tells_in_words_what_was_told_in_codes() -> None:
    defaults.ensure()
    team = world.team()
    linde = world.counsellor(team, "Linde")
    told = FactsInput(for_whom="other", age_band="15_17", strain=5, topics=["family"])
    made = post.asked(team, facts=told)
    post.send(made.seeker, made.case, "Noch etwas")

    row = desk.page(linde, Chosen(), timezone.now()).rows[0]

    assert (row.urgent, row.worst, row.unread, row.place) == (True, True, 2, "free")
    assert row.facts[:2] == ["15 bis 17", "für jemand anderen"]
    assert len(row.facts) == 3
    by_letter.claim(linde, made.case)
    Seat.objects.filter(case=made.case, staff=linde.id).update(read_seq=1)
    row = desk.page(linde, Chosen("mine"), timezone.now()).rows[0]
    assert (row.unread, row.place) == (1, "mine")


def test_who_works_in_two_teams_sees_whose_a_case_is() -> None:
    team, buche = world.team(), world.team("Buche")
    linde = world.counsellor(team, "Linde")
    world.counsellor(buche, "Mara")
    post.asked(team)
    assert not desk.page(linde, Chosen(), timezone.now()).several
    post.asked(buche)
    Staff.objects.get(pk=linde.id).teams.add(buche)
    key_rings.let_in(linde.id, buche.pk)

    listed = desk.page(linde, Chosen(), timezone.now())

    assert (sorted(row.team for row in listed.rows), listed.several) == (["Buche", "Linde"], True)


def test_pages_of_fifty() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    for number in range(3):
        post.asked(team, nickname=f"Otter {number}")
    desk_page, desk.PAGE = desk.PAGE, 2
    try:
        first, second = (desk.page(linde, Chosen(page=page), timezone.now()) for page in (1, 2))
    finally:
        desk.PAGE = desk_page

    assert [len(first.rows), len(second.rows)] == [2, 1]
    assert (first.more, second.more) == (True, False)
    assert {row.case for row in first.rows}.isdisjoint(row.case for row in second.rows)
