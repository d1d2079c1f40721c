"""A second look: one colleague reads a draft and the letter it answers; the young person never learns of it."""

import pytest
from django.db import connection

from counselling.cases.domain import by_letter, closing, erasing, mine
from counselling.cases.models import Seat
from counselling.errors import Empty, Locked, NotAllowed, NotFound, TooLong
from counselling.mail.domain import letters, second_look
from counselling.mail.models import SecondLook, SecondLookRemark
from counselling.people.models import AuditEntry, Staff
from tests.support import key_rings, world
from tests.support import letters as post

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return world.team()


@pytest.fixture
def linde(team):
    return world.counsellor(team, "Linde")


@pytest.fixture
def mara(team):
    return world.counsellor(team, "Mara")


@pytest.fixture
def made(team, linde):
    made = post.claimed(team, linde, "Was soll ich tun?")
    letters.keep(linde, made.case, "Liebe Otter, ich würde", version=0)
    return made


def test_the_colleague_reads_draft_and_last_letter_and_gets_no_seat(linde, mara, made) -> None:
    post.send(made.seeker, made.case, "Seid ihr noch da?")

    look = second_look.read(mara, second_look.share(linde, made.case, reader=mara.id))

    assert (look.draft, look.answers, look.author, look.mine) == (
        "Liebe Otter, ich würde",
        "Seid ihr noch da?",
        "Linde",
        False,
    )
    assert not Seat.objects.filter(case=made.case, staff=mara.id).exists()
    with pytest.raises(NotFound):
        letters.unsent(mara, made.case)


def test_both_talk_about_it_and_nothing_of_it_stands_in_the_timeline(linde, mara, made) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)
    before = world.lines(made.case)

    second_look.remark(mara, look, "Vielleicht wärmer?")
    second_look.remark(linde, look, "Ja, danke.")

    said = [(one.author, one.mine, one.text) for one in second_look.read(mara, look).remarks]
    assert said == [("Mara", True, "Vielleicht wärmer?"), ("Linde", False, "Ja, danke.")]
    assert world.lines(made.case) == before
    sealed = SecondLookRemark.objects.values_list("sealed", flat=True)
    assert not any("wärmer".encode() in bytes(one) for one in sealed)


@pytest.mark.parametrize("who", ["colleague", "stranger", "supervisor", "seeker"])
def test_nobody_else_sees_it(team, linde, mara, made, who: str) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)
    others = {
        "colleague": lambda: world.counsellor(team, "Jon"),
        "stranger": lambda: world.counsellor(world.team("Buche"), "Buche"),
        "supervisor": lambda: world.staff(team, "Leitung", "supervisor"),
        "seeker": lambda: made.seeker,
    }
    other = others[who]()

    refused = NotFound if who in {"colleague", "stranger"} else NotAllowed
    with pytest.raises(refused):
        second_look.read(other, look)
    with pytest.raises(refused):
        second_look.remark(other, look, "Hallo")
    with pytest.raises((NotFound, NotAllowed)):
        second_look.share(other, made.case, reader=mara.id)
    assert not SecondLookRemark.objects.exists()


def test_only_somebody_of_the_team_who_is_let_in_can_be_asked(team, linde, made) -> None:
    buche = world.counsellor(world.team("Buche"), "Buche")
    outside = Staff.objects.create(username="neu", alias="Neu", role="counsellor")
    outside.teams.add(team)

    for stranger in (buche.id, outside.pk, linde.id):
        with pytest.raises(NotFound):
            second_look.share(linde, made.case, reader=stranger)
    assert not SecondLook.objects.exists()


def test_without_a_draft_there_is_nothing_to_show(team, linde, mara) -> None:
    case = post.claimed(team, linde).case
    with pytest.raises(Empty):
        second_look.share(linde, case, reader=mara.id)


def test_asking_somebody_else_ends_it_for_the_first(team, linde, mara, made) -> None:
    jon = world.counsellor(team, "Jon")
    first = second_look.share(linde, made.case, reader=mara.id)
    assert second_look.share(linde, made.case, reader=mara.id) == first

    second_look.share(linde, made.case, reader=jon.id)

    assert second_look.asked(mara) == []
    assert [row.author for row in second_look.asked(jon)] == ["Linde"]
    with pytest.raises(NotFound):
        second_look.read(mara, first)


def end_by(how: str, linde, made, look) -> None:
    if how == "sent":
        post.send(linde, made.case, "Fertig")
    elif how == "stopped":
        second_look.stop(linde, made.case)
    elif how == "discarded":
        letters.discard(linde, made.case)
    elif how == "closed":
        closing.close(linde, made.case, topics=[], ending="helped", letters=True)
    elif how == "given_back":
        by_letter.give_back(linde, made.case)
    else:
        erasing.erase_all(made.seeker)


@pytest.mark.parametrize("how", ["sent", "stopped", "discarded", "closed", "given_back", "erased"])
def test_it_ends_with_the_letter(linde, mara, made, how: str) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)
    second_look.remark(mara, look, "Schön")

    end_by(how, linde, made, look)

    assert second_look.asked(mara) == []
    with pytest.raises(NotFound):
        second_look.read(mara, look)
    with pytest.raises(NotFound):
        second_look.remark(mara, look, "Zu spät")
    if how in {"sent", "stopped", "discarded", "erased"}:
        assert not SecondLookRemark.objects.exists()


def test_who_leaves_the_team_sees_nothing_any_more(team, linde, mara, made) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)

    Staff.objects.get(pk=mara.id).teams.remove(team)

    assert second_look.asked(mara) == []
    with pytest.raises(NotFound):
        second_look.read(mara, look)


@pytest.mark.parametrize(("text", "error"), [(" \n", Empty), ("x" * 4001, TooLong)])
def test_what_is_no_remark(linde, mara, made, text: str, error: type[Exception]) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)
    with pytest.raises(error):
        second_look.remark(mara, look, text)


def test_a_remark_that_was_moved_does_not_open(linde, mara, made) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)
    second_look.remark(mara, look, "Eins")
    second_look.remark(mara, look, "Zwei")
    one, two = SecondLookRemark.objects.order_by("at")
    SecondLookRemark.objects.filter(pk=one.pk).update(sealed=two.sealed)

    assert [said.text for said in second_look.read(mara, look).remarks] == [None, "Zwei"]


def test_it_is_audited_without_content(linde, mara, made) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)
    second_look.read(mara, look)
    second_look.read(mara, look)
    second_look.stop(linde, made.case)
    second_look.stop(linde, made.case)

    rows = AuditEntry.objects.filter(event="second_look").order_by("at").values_list("code", "actor", "subject")
    assert list(rows) == [("", linde.id, mara.id), ("read", mara.id, None), ("ended", linde.id, None)]


def test_the_writer_sees_the_talk_at_the_letter(linde, mara, made) -> None:
    assert second_look.of_letter(linde, made.case) is None
    look = second_look.share(linde, made.case, reader=mara.id)
    second_look.remark(mara, look, "Schön")

    mine = second_look.of_letter(linde, made.case)

    assert mine
    assert (mine.mine, mine.reader, [one.text for one in mine.remarks]) == (True, "Mara", ["Schön"])
    assert [(row.reader, row.remarks) for row in second_look.shared(linde)] == [("Mara", 1)]
    assert second_look.number_asked(mara) == 1


def test_a_reader_who_is_not_let_in_any_more_reads_nothing(linde, mara, made) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_teamseal")
    fresh = key_rings.actor(Staff.objects.get(pk=mara.id))

    with pytest.raises(Locked):
        second_look.read(fresh, look)


def test_the_young_persons_own_page_counts_it_and_their_timeline_does_not(linde, mara, made) -> None:
    look = second_look.share(linde, made.case, reader=mara.id)
    second_look.remark(mara, look, "Schön")

    stored = mine.stored(made.seeker).cases[0]

    assert (stored.their_letter, stored.remarks, stored.letter) == (True, 1, False)
    assert (stored.mine, stored.theirs) == (1, 0)
