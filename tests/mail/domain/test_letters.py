"""Letters on the one timeline: sent once, kept sealed, read by both sides, closed and opened again."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from counselling.cases.domain import by_letter, closing, keys, queue, timeline
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case, Entry, Seat
from counselling.errors import Closed, Conflict, Empty, NotAllowed, NotFound, Taken, TooLate, TooLong
from counselling.mail.domain import letters
from counselling.mail.models import Correspondence, Letter
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


def read(actor, case):
    return [line.text for line in timeline.since(case, keys.case_key(actor, case), 0) if line.kind == "letter"]


def test_a_letter_is_read_by_both_sides_and_nobody_else() -> None:
    team = world.team()
    linde, other = world.counsellor(team, "Linde"), world.counsellor(world.team("Buche"), "Buche")
    made = post.claimed(team, linde, "Ich weiß nicht weiter.")

    post.send(linde, made.case, "Gut, dass du schreibst.")

    assert (
        read(made.seeker, made.case) == read(linde, made.case) == ["Ich weiß nicht weiter.", "Gut, dass du schreibst."]
    )
    with pytest.raises(NotFound):
        letters.unsent(other, made.case)


def test_two_claim_and_one_gets_it() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.asked(team)

    by_letter.claim(linde, made.case)

    with pytest.raises(Taken):
        by_letter.claim(mara, made.case)
    assert Case.objects.get(pk=made.case).keeper_id == linde.id


def test_sending_twice_sends_once() -> None:
    made = post.writer(world.team())
    letter = uuid.uuid4()

    first = letters.send(made.seeker, made.case, letter, "Hallo", version=0)

    assert letters.send(made.seeker, made.case, letter, "Hallo", version=0) == first
    assert Entry.objects.filter(case=made.case, kind=Entry.Kind.LETTER).count() == 1
    assert not Letter.objects.exists()


def test_two_pages_that_write_one_letter_notice_each_other() -> None:
    made = post.writer(world.team())
    first = letters.keep(made.seeker, made.case, "Eins", version=0)
    letters.keep(made.seeker, made.case, "Zwei", version=first.version)

    with pytest.raises(letters.Diverged):
        letters.keep(made.seeker, made.case, "Drei", version=first.version)
    known = letters.unsent(made.seeker, made.case)
    assert known
    assert known.text == "Zwei"


@pytest.mark.parametrize(("text", "error"), [("  \n", Empty), ("x" * 20_001, TooLong)])
def test_what_is_no_letter(text: str, error: type[Exception]) -> None:
    made = post.writer(world.team())
    with pytest.raises(error):
        post.send(made.seeker, made.case, text)


def test_who_could_not_come_back_keeps_the_letter_and_sends_it_then() -> None:
    made = post.writer(world.team(), kept=False)
    with pytest.raises(letters.NoWayBack):
        post.send(made.seeker, made.case, "Hallo")
    known = letters.unsent(made.seeker, made.case)
    assert known
    assert known.text == "Hallo"

    passphrases.keep(made.seeker, "Stiller Otter", post.WORDS)
    assert post.send(made.seeker, made.case, "Hallo") == 1


def test_the_clock_runs_from_the_oldest_letter_until_somebody_answers() -> None:
    team = world.team()
    made = post.asked(team)
    first = Correspondence.objects.get(case=made.case)
    post.send(made.seeker, made.case, "Noch etwas")
    assert Correspondence.objects.get(case=made.case).due_at == first.due_at
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    by_letter.claim(linde, made.case)
    by_letter.hand_over(linde, made.case, to=mara.id, note="Bitte bald")
    assert Correspondence.objects.get(case=made.case).due_at == first.due_at

    post.send(mara, made.case, "Da bin ich.")

    assert Correspondence.objects.get(case=made.case).due_at is None
    with pytest.raises(NotFound):
        letters.unsent(linde, made.case)


def test_an_unread_letter_is_withdrawn_and_a_read_one_is_not() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    seq = post.send(made.seeker, made.case, "Vergesst das")
    letters.withdraw(made.seeker, made.case, seq)
    assert read(linde, made.case) == ["Kann ich euch etwas fragen?"]

    again = post.send(made.seeker, made.case, "Doch nicht")
    Seat.objects.filter(case=made.case, staff=linde.id).update(read_seq=again)
    with pytest.raises(TooLate):
        letters.withdraw(made.seeker, made.case, again)


def test_a_chat_within_letters_ends_in_letters_with_its_counsellor() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde)

    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(mara, made.case)
    assert Case.objects.get(pk=made.case).state == Case.State.ACTIVE
    with pytest.raises(Conflict):
        post.send(made.seeker, made.case, "Brief im Chat")
    closing.end(made.seeker, made.case)

    case = Case.objects.get(pk=made.case)
    assert (case.state, case.channel, case.keeper_id) == (Case.State.LETTERS, "mail", mara.id)
    assert post.send(mara, made.case, "Danke für den Chat.")
    with pytest.raises(NotFound):
        post.send(linde, made.case, "Hallo")


def test_a_place_that_ends_leaves_the_letters_with_their_keeper() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    closing.take_up_again(made.seeker, made.case)

    queue.leave(made.seeker, made.case)

    assert post.send(linde, made.case, "Ich schreibe dir hier.")


def test_who_waits_may_turn_it_into_a_letter() -> None:
    team = world.team()
    world.counsellor(team, "Linde")
    waiter = world.waiting(team)
    passphrases.keep(waiter.seeker, world.NICKNAME, post.WORDS)

    post.send(waiter.seeker, waiter.case, "Lieber so.")

    case = Case.objects.get(pk=waiter.case)
    assert (case.state, case.waiting.how) == (Case.State.LETTERS, "letter")


def test_closed_and_opened_again_by_a_letter_within_the_window() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    closing.close(linde, made.case, topics=[], ending="helped", letters=True)
    assert Case.objects.get(pk=made.case).state == Case.State.CLOSED

    post.send(made.seeker, made.case, "Noch eine Frage")

    case = Case.objects.get(pk=made.case)
    assert (case.state, case.keeper_id) == (Case.State.LETTERS, None)
    assert Entry.objects.filter(case=case, code="reopened").exists()
    by_letter.claim(linde, made.case)
    closing.close(linde, made.case, topics=[], ending="helped", letters=True)
    Case.objects.filter(pk=made.case).update(closed_at=timezone.now() - timedelta(days=181))
    with pytest.raises(Closed):
        post.send(made.seeker, made.case, "Viel später")


def test_a_letter_for_later_goes_out_without_any_key() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    at = timezone.now() + timedelta(hours=2)
    letters.send_later(linde, made.case, "Guten Morgen", version=0, at=at)
    assert letters.send_due(timezone.now()) == 0

    assert letters.send_due(at + timedelta(minutes=1)) == 1

    assert read(made.seeker, made.case)[-1] == "Guten Morgen"


def test_a_supervisor_moves_a_case_and_reads_nothing() -> None:
    team = world.team()
    linde, chief = world.counsellor(team, "Linde"), world.staff(team, "Leitung", "supervisor")
    made = post.asked(team)

    by_letter.reassign(chief, made.case, to=linde.id)

    assert Case.objects.get(pk=made.case).keeper_id == linde.id
    with pytest.raises(NotAllowed):
        letters.unsent(chief, made.case)


def test_a_goodbye_in_a_chat_does_not_begin_the_clock_of_a_later_letter() -> None:
    """The last word of a chat is no letter: weeks later the promise counts from the letter, and strain 5 is urgent."""
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.asked(team, facts=FactsInput(strain=5))
    by_letter.claim(linde, made.case)
    post.send(linde, made.case, "Gut, dass du schreibst.")
    chatted(made, linde, "Danke, tschüss")
    closing.end(made.seeker, made.case)
    assert Correspondence.objects.get(case=made.case).due_at is None

    post.send(made.seeker, made.case, "Es ist wieder schlimm.")

    row = Correspondence.objects.get(case=made.case)
    assert row.since
    assert row.due_at
    assert timezone.now() - row.since < timedelta(minutes=1)
    assert row.urgent
    assert row.due_at > timezone.now()


def test_a_question_that_nobody_answered_in_a_chat_waits_like_a_letter() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    post.send(linde, made.case, "Gut, dass du schreibst.")
    chatted(made, linde, "Bist du noch da?")

    closing.finish(Case.objects.get(pk=made.case), by="silence")

    assert Correspondence.objects.get(case=made.case).due_at


def test_the_clock_of_what_is_left_after_the_oldest_letter_was_withdrawn() -> None:
    made = post.asked(world.team())
    Entry.objects.filter(case=made.case, kind=Entry.Kind.LETTER).update(at=timezone.now() - timedelta(days=3))
    long_ago = timezone.now() - timedelta(days=3)
    Case.objects.filter(pk=made.case).update(unanswered_since=long_ago)
    Correspondence.objects.filter(case=made.case).update(since=long_ago, due_at=long_ago + timedelta(days=1))
    post.send(made.seeker, made.case, "Noch etwas")

    letters.withdraw(made.seeker, made.case, 1)

    due_at = Correspondence.objects.get(case=made.case).due_at
    assert due_at
    assert due_at > timezone.now()


def chatted(made: post.Correspondents, counsellor: Actor, word: str) -> None:
    """A chat within letters that ends on the young person's word."""
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(counsellor, made.case)
    world.say(made.seeker, made.case, word)
