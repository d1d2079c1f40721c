"""The warm hand-over up to consent: written by both, asked for, agreed to or refused, and no step out of order."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from blended.domain import partner_extras, referral_steps, referral_text, referrals
from blended.models import JointText, Referral
from counselling.cases.models import Case, CountRow, Entry
from counselling.errors import Closed, Conflict, Empty, Invalid, NotAllowed, NotFound, TooLong
from counselling.people.models import Team
from tests.blended.partners_world import SECRET, TEXT, agreed, asked, begun, handed, written
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def chat(team: Team) -> Chat:
    return world.chat(team, world.counsellor(team, "Linde"))


def state(made: object) -> str:
    return Referral.objects.get(pk=made).state


def steps() -> list[str]:
    return sorted(row.codes["step"] for row in CountRow.objects.filter(event="referral"))


def test_both_write_and_agree(team: Team, chat: Chat) -> None:
    number = written(chat.counsellor, team)
    made = referrals.begin(chat.counsellor, chat.case, partner=number)
    assert referrals.save(chat.counsellor, made, TEXT, version=1) == 2
    referrals.ask(chat.counsellor, made, version=2)

    assert referrals.save(chat.seeker, made, TEXT + " Danke.", version=2) == 3
    assert referrals.approve(chat.seeker, made, version=3) is False
    assert state(made) == "asked"
    referrals.ask(chat.counsellor, made, version=3)

    one = referrals.one(chat.seeker, made)
    assert (one.state, one.to, one.text, one.version) == ("agreed", "Lindenhof", TEXT + " Danke.", 0)
    assert "069 90009 201" in one.reach
    assert world.notices(chat.case)[-2:] == ["referral_asked", "referral_agreed"]
    assert steps() == ["agreed", "asked"]


def test_a_change_takes_consent_back(chat: Chat) -> None:
    made = asked(chat)
    referrals.save(chat.seeker, made, "Meine Worte", version=2)
    referrals.approve(chat.seeker, made, version=3)
    referrals.save(chat.counsellor, made, "Andere Worte", version=3)
    referrals.ask(chat.counsellor, made, version=4)

    assert (state(made), referrals.one(chat.seeker, made).seeker_agrees) == ("asked", False)
    assert world.notices(chat.case).count("referral_asked") == 2
    assert referrals.approve(chat.seeker, made, version=4)


def test_every_form_may_come_twice(chat: Chat) -> None:
    made = begun(chat)
    assert referrals.begin(chat.counsellor, chat.case, other=" Suchtberatung  Anker") == made
    assert referrals.save(chat.counsellor, made, TEXT, version=1) == 2
    for _ in range(2):
        referrals.ask(chat.counsellor, made, version=2)
    for _ in range(2):
        assert referrals.approve(chat.seeker, made, version=2)
    for _ in range(2):
        referrals.refuse(chat.seeker, made)

    assert Referral.objects.count() == 1
    expected = ["referral_asked", "referral_agreed", "referral_refused"]
    assert [code for code in world.notices(chat.case) if code.startswith("referral")] == expected


def test_one_at_a_time_in_a_case(chat: Chat) -> None:
    begun(chat)
    with pytest.raises(Conflict):
        referrals.begin(chat.counsellor, chat.case, other="Anderswo")


def test_a_draft_is_not_for_the_young_person_yet(chat: Chat) -> None:
    made = begun(chat)

    for reach in (
        lambda: referrals.one(chat.seeker, made),
        lambda: referrals.save(chat.seeker, made, "x", version=2),
        lambda: referrals.approve(chat.seeker, made, version=2),
        lambda: referrals.refuse(chat.seeker, made),
    ):
        with pytest.raises(NotFound):
            reach()
    assert referrals.of_case(chat.seeker, chat.case) == []
    assert partner_extras.copied(chat.seeker, chat.case) == []
    assert len(referrals.of_case(chat.counsellor, chat.case)) == 1


def test_others_are_not_told_that_there_is_one(team: Team, chat: Chat) -> None:
    made = asked(chat)
    other = world.chat(team, world.counsellor(team, "Mara"))
    for actor in (other.counsellor, other.seeker):
        with pytest.raises(NotFound):
            referrals.one(actor, made)
        with pytest.raises(NotFound):
            referrals.save(actor, made, "x", version=2)
        with pytest.raises(NotFound):
            referrals.one(actor, uuid4())
    with pytest.raises(NotFound):
        referrals.begin(other.counsellor, chat.case, other="x")
    with pytest.raises(NotAllowed):
        referrals.one(world.staff(team, "Uli", "supervisor"), made)


def test_each_side_has_its_own_steps(chat: Chat) -> None:
    made = asked(chat)
    for wrong in (
        lambda: referrals.approve(chat.counsellor, made, version=2),
        lambda: referrals.refuse(chat.counsellor, made),
        lambda: referrals.ask(chat.seeker, made, version=2),
        lambda: referrals.drop(chat.seeker, made),
        lambda: referral_steps.hand_by_code(chat.seeker, made),
        lambda: referral_steps.hand_on_paper(chat.seeker, made),
        lambda: referral_steps.close(chat.seeker, made, "arrived"),
    ):
        with pytest.raises(NotAllowed):
            wrong()
    assert state(made) == "asked"


STEPS: dict[str, Callable[[Chat, object], object]] = {
    "save": lambda chat, made: referrals.save(chat.counsellor, made, "Neu", version=2),
    "ask": lambda chat, made: referrals.ask(chat.counsellor, made, version=2),
    "approve": lambda chat, made: referrals.approve(chat.seeker, made, version=2),
    "refuse": lambda chat, made: referrals.refuse(chat.seeker, made),
    "drop": lambda chat, made: referrals.drop(chat.counsellor, made),
    "print": lambda chat, made: referral_steps.hand_on_paper(chat.counsellor, made),
    "sheet": lambda chat, made: referral_steps.on_paper(chat.counsellor, made),
    "code": lambda chat, made: referral_steps.hand_by_code(chat.counsellor, made),
    "close": lambda chat, made: referral_steps.close(chat.counsellor, made, "arrived"),
}
ALLOWED = {
    "draft": {"save", "ask", "drop"},
    "asked": {"save", "ask", "approve", "refuse", "drop"},
    "agreed": {"approve", "refuse", "print", "code"},
    "refused": {"refuse", "drop"},
    "handed": {"refuse", "print", "sheet", "code", "close"},
    "opened": {"print", "sheet", "close"},
    "closed": {"close"},
}


def brought_to(chat: Chat, where: str) -> object:
    if where in {"draft", "asked", "agreed"}:
        return {"draft": begun, "asked": asked, "agreed": agreed}[where](chat)
    if where == "refused":
        referrals.refuse(chat.seeker, made := asked(chat))
        return made
    made, code = handed(chat)
    if where == "opened":
        referral_steps.open_by_code(code)
    if where == "closed":
        referral_steps.close(chat.counsellor, made, "arrived")
    return made


@pytest.mark.parametrize("where", ALLOWED)
def test_no_step_out_of_order(chat: Chat, where: str) -> None:
    made = brought_to(chat, where)
    assert state(made) == where
    for name, step in STEPS.items():
        point = transaction.savepoint()
        if name in ALLOWED[where]:
            step(chat, made)
        else:
            with pytest.raises((Conflict, NotFound)):
                step(chat, made)
            assert state(made) == where
        transaction.savepoint_rollback(point)


def test_the_database_itself_knows_no_hand_over_without_consent(chat: Chat) -> None:
    made = asked(chat)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=made).update(state="handed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=made).update(parcel=b"x")


def test_a_refusal_destroys_the_text_and_asks_for_no_reason(chat: Chat) -> None:
    made = agreed(chat)
    referrals.refuse(chat.seeker, made)

    one = referrals.one(chat.counsellor, made)
    assert (one.state, one.text) == ("refused", "")
    assert not JointText.objects.exists()
    assert steps() == ["agreed", "asked", "refused"]
    begun(chat)  # and may be tried anew


def test_names_and_numbers_are_pointed_out_before_anybody_is_asked(team: Team, chat: Chat) -> None:
    made = begun(
        chat, "stiller OTTER (S\u200btiller Otter) war bei Linde und Frau Müller, Tel. 0176 1234567, lindern hilft"
    )
    with pytest.raises(Invalid):
        referrals.ask(chat.counsellor, made, version=2)
    assert (state(made), world.notices(chat.case)) == ("draft", world.notices(chat.case))

    text = referrals.one(chat.counsellor, made).text or ""
    clean = referral_text.without_names(text, world.NICKNAME, team.pk)
    assert clean == "X (X) war bei X und Frau X, Tel. X, lindern hilft"
    assert referral_text.names_in(clean, world.NICKNAME, team.pk) in (
        [],
        [(clean.index("Frau X") + 5, clean.index("Frau X") + 6)],
    )
    referrals.ask(chat.counsellor, made, version=2, checked=True)
    assert state(made) == "asked"


@pytest.mark.parametrize(("text", "refusal"), [("", Empty), (" \n", Empty), ("x" * 4001, TooLong), ("\ud800", Invalid)])
def test_texts_have_their_bounds(chat: Chat, text: str, refusal: type[Exception]) -> None:
    made = begun(chat)
    with pytest.raises(refusal):
        referrals.save(chat.counsellor, made, text, version=2)


def test_a_place_needs_a_name(team: Team, chat: Chat) -> None:
    for other in ("", "  ", "x" * 121):
        with pytest.raises(Invalid):
            referrals.begin(chat.counsellor, chat.case, other=other)
    with pytest.raises(NotFound):
        referrals.begin(chat.counsellor, chat.case, partner=77)
    with pytest.raises(Empty):
        referrals.ask(chat.counsellor, referrals.begin(chat.counsellor, chat.case, other="A"), version=1)


def test_whoever_is_late_keeps_their_text_and_overwrites_nothing(chat: Chat) -> None:
    made = asked(chat)
    referrals.save(chat.seeker, made, "Meine Worte", version=2)
    for late in (
        lambda: referrals.save(chat.counsellor, made, "Andere Worte", version=2),
        lambda: referrals.ask(chat.counsellor, made, version=2),
        lambda: referrals.approve(chat.seeker, made, version=2),
    ):
        with pytest.raises(Conflict):
            late()
    assert referrals.one(chat.seeker, made).text == "Meine Worte"


def test_a_closed_case_takes_no_new_one_but_a_refusal(chat: Chat) -> None:
    made = asked(chat)
    Case.objects.filter(pk=chat.case).update(state="closed", closed_at=world.row(chat.case).opened_at)
    for late in (
        lambda: referrals.approve(chat.seeker, made, version=2),
        lambda: referrals.save(chat.seeker, made, "Anderes", version=2),
        lambda: referrals.begin(chat.counsellor, chat.case, other="x"),
    ):
        with pytest.raises(Closed):
            late()
    referrals.refuse(chat.seeker, made)
    assert state(made) == "refused"


def test_nothing_of_it_lies_in_clear(chat: Chat) -> None:
    made, _code = handed(chat, SECRET)
    row, joint = Referral.objects.get(pk=made), JointText.objects.get()

    kept = [
        bytes(row.sealed),
        bytes(row.parcel or b""),
        bytes(joint.sealed),
        str(list(Entry.objects.values("about"))).encode(),
    ]
    kept += [str(list(CountRow.objects.values("codes"))).encode()]
    assert [place for place in kept if SECRET.encode() in place or b"Anker" in place] == []


def test_it_goes_with_its_case(chat: Chat) -> None:
    handed(chat)
    Case.objects.get(pk=chat.case).delete()
    assert (Referral.objects.count(), JointText.objects.count()) == (0, 0)


def test_tampered_columns_are_unreadable_and_nothing_is_handed_over(chat: Chat) -> None:
    made = agreed(chat)
    Referral.objects.filter(pk=made).update(sealed=b"\x01" + b"x" * 300)

    one = referrals.one(chat.counsellor, made)
    assert (one.to, one.text) == (None, None)
    with pytest.raises(Conflict):
        referral_steps.hand_by_code(chat.counsellor, made)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_begins() -> None:
    team = world.team()
    chat = world.chat(team, world.counsellor(team, "Linde"))
    found = world.together(
        *(lambda name=name: referrals.begin(chat.counsellor, chat.case, other=name) for name in ("A", "B", "A"))
    )
    assert Referral.objects.count() == 1
    assert {type(one).__name__ for one in found} <= {"UUID", "Conflict"}
