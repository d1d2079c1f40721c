"""What stands around a young person's letters: until when, who reads now, what moves into a letter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from counselling.cases.domain import attention, by_letter, drafts, seats
from counselling.centre.domain import worktime
from counselling.centre.models import OpeningHour
from counselling.errors import Invalid, NotFound, TooLong
from counselling.mail.domain import carrying, letterbox, letters
from counselling.mail.models import Correspondence
from counselling.people.models import Staff
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


def box(made: post.Correspondents) -> letterbox.Letterbox:
    return letterbox.of_case(made.seeker, made.case, timezone.now())


def test_nothing_is_owed_before_the_first_letter_and_after_the_answer() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.writer(team)
    assert (box(made).due_on, box(made).late) == (None, False)
    post.send(made.seeker, made.case, "Hallo")
    assert box(made).due_on == letterbox.promised_on(box(made).promise)
    by_letter.claim(linde, made.case)
    post.send(linde, made.case, "Hallo zurück")
    assert box(made).due_on is None


def test_the_promise_names_the_last_working_day() -> None:
    made = post.writer(world.team())
    now = timezone.now()
    days = worktime.after(timezone.localdate(now))
    assert [next(days), next(days)][-1] == letterbox.promised_on(letterbox.of_case(made.seeker, made.case, now).promise)


def test_an_overdue_answer_is_late_and_one_put_first_never_says_so() -> None:
    made = post.asked(world.team())
    Correspondence.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert box(made).late
    Correspondence.objects.update(hinted=True)
    assert (box(made).late, box(made).first) == (False, True)


def test_nobody_else_reads_a_letterbox() -> None:
    team = world.team()
    made, other = post.writer(team), post.writer(team, nickname="Bunter Fuchs")
    with pytest.raises(NotFound):
        letterbox.of_case(other.seeker, made.case, timezone.now())


def test_whose_counsellor_is_here_is_told_by_name() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    now = timezone.now()
    assert attention.of_case(made.case, now) == attention.Attention(anyone=True, name="Linde", chat=True, opens=None)
    Staff.objects.filter(pk=linde.id).update(status="away")
    assert attention.of_case(made.case, now).name == ""


def test_when_nobody_is_here_the_next_opening_is_told() -> None:
    team = world.team()
    world.close_hours(team)
    now = timezone.now()
    assert attention.of_team(team.pk, now) == attention.Attention(anyone=False, name="", chat=False, opens=None)
    assert not attention.of_team(team.pk, now).opens_today
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    OpeningHour.objects.create(team=team, channel="chat", weekday=tomorrow.weekday(), opens="14:00", closes="18:00")
    found = attention.of_team(team.pk, now)
    assert (found.opens_on, found.opens_today) == (tomorrow, False)


def test_what_is_carried_stands_below_and_only_once() -> None:
    made = post.writer(world.team())
    for text in ("Eins", "Zwei", "Eins", "  "):
        carrying.into_letter(made.seeker, made.case, text)
    known = letters.unsent(made.seeker, made.case)
    assert known
    assert known.text == "Eins\n\nZwei"


def test_what_does_not_fit_changes_nothing() -> None:
    made = post.writer(world.team())
    carrying.into_letter(made.seeker, made.case, "x" * 15_000)
    with pytest.raises(TooLong):
        carrying.into_letter(made.seeker, made.case, "y" * 15_000)
    with pytest.raises(Invalid):
        carrying.into_letter(made.seeker, made.case, "\ud800")
    known = letters.unsent(made.seeker, made.case)
    assert known
    assert known.text == "x" * 15_000


def test_from_the_chat_it_moves() -> None:
    made = post.writer(world.team())
    drafts.keep(made.seeker, made.case, "Aus dem Wartezimmer")
    carrying.from_chat(made.seeker, made.case, "Aus dem Wartezimmer")
    assert drafts.read(made.seeker, made.case) == ""
    known = letters.unsent(made.seeker, made.case)
    assert known
    assert known.text == "Aus dem Wartezimmer"


def test_read_marks_are_monotone_and_end_with_the_log() -> None:
    made = post.asked(world.team())
    assert [seats.mark_read(made.seeker, made.case, seq) for seq in (2, 1, 1, 0)] == [False, True, False, False]
    assert world.seat_of(made.seeker, made.case).read_seq == 1


def test_a_letter_id_that_is_somebody_elses_is_not_taken() -> None:
    team = world.team()
    made, other = post.writer(team), post.writer(team, nickname="Bunter Fuchs")
    theirs = letters.keep(other.seeker, other.case, "Fremd", version=0)
    mine = letters.keep(made.seeker, made.case, "Meins", version=0, letter=theirs.id)
    assert mine.id != theirs.id
    known = letters.unsent(other.seeker, other.case)
    assert known
    assert known.text == "Fremd"


def test_a_surrogate_is_refused_and_the_draft_stays() -> None:
    made = post.writer(world.team())
    known = letters.keep(made.seeker, made.case, "Gut", version=0)
    with pytest.raises(Invalid):
        letters.send(made.seeker, made.case, known.id, "Halb \ud83e", version=known.version)
    assert letters.unsent(made.seeker, made.case) == known


def test_the_newest_letter_of_the_team_is_read_again() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    assert letterbox.last_answer(made.seeker, made.case) is None
    for text in ("Eins", "Zwei"):
        post.send(linde, made.case, text)
    post.send(made.seeker, made.case, "Danke")
    answer = letterbox.last_answer(made.seeker, made.case)
    assert answer
    assert (answer.text, answer.name) == ("Zwei", "Linde")


def test_an_opening_far_ahead_is_named_by_its_date() -> None:
    now = timezone.now()
    for days, soon in ((0, True), (6, True), (8, False)):
        opens = now + timedelta(days=days)
        assert attention.Attention(anyone=False, name="", chat=False, opens=opens).opens_soon is soon
    assert not attention.Attention(anyone=False, name="", chat=False, opens=None).opens_soon
