"""The one-time code: opens once, within its time, and gives nothing away to anybody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blended.domain import referral_steps, referrals
from blended.models import Referral
from counselling.cases.domain import timers
from counselling.cases.models import Case, CountRow
from counselling.errors import Conflict, Gone, Invalid, NotFound
from counselling.people.models import AuditEntry, Team
from tests.blended.partners_world import SECRET, TEXT, agreed, handed
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def chat(team: Team) -> Chat:
    return world.chat(team, world.counsellor(team, "Linde"))


def test_it_opens_once(chat: Chat) -> None:
    made, code = handed(chat)

    opened = referral_steps.open_by_code(code.lower().replace("-", " "))

    assert (opened.to, opened.text, opened.day) == ("Suchtberatung Anker", TEXT, timezone.localdate())
    row = Referral.objects.get(pk=made)
    assert (row.state, row.parcel, row.opened_at is not None) == ("opened", None, True)
    assert world.notices(chat.case)[-2:] == ["referral_handed", "referral_opened"]
    for _ in range(2):
        with pytest.raises(Gone):
            referral_steps.open_by_code(code)
    assert AuditEntry.objects.filter(event="referral_opened").count() == 1


@pytest.mark.parametrize("typed", ["", "x", "0" * 200, "!!!!-!!!!", "K4QB-35VY-EM29-03GP"])
def test_what_was_never_a_code_is_not_there(chat: Chat, typed: str) -> None:
    handed(chat)
    with pytest.raises(NotFound):
        referral_steps.open_by_code(typed)


def test_after_its_time_it_is_gone_and_destroyed_by_the_timer(chat: Chat) -> None:
    made, code = handed(chat)
    Referral.objects.filter(pk=made).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Gone):
        referral_steps.open_by_code(code)
    assert Referral.objects.get(pk=made).parcel is not None

    timers.run(timezone.now())

    assert Referral.objects.get(pk=made).parcel is None
    with pytest.raises(Gone):
        referral_steps.open_by_code(code)
    again = referral_steps.hand_by_code(chat.counsellor, made)
    assert referral_steps.open_by_code(again).text == TEXT


def test_the_timer_leaves_what_is_in_time(chat: Chat) -> None:
    made, code = handed(chat)
    assert referral_steps.expire(timezone.now() + timedelta(days=13, hours=23)) == 0
    assert referral_steps.expire(timezone.now() + timedelta(days=14, minutes=1)) == 1
    assert Referral.objects.get(pk=made).state == "handed"
    with pytest.raises(Gone):
        referral_steps.open_by_code(code)


def test_a_new_code_ends_the_old_one(chat: Chat) -> None:
    made, old = handed(chat)
    new = referral_steps.hand_by_code(chat.counsellor, made)

    with pytest.raises(NotFound):
        referral_steps.open_by_code(old)
    assert referral_steps.open_by_code(new).text == TEXT
    assert world.notices(chat.case).count("referral_handed") == 1


def test_the_young_person_may_take_it_back_until_it_is_read(chat: Chat) -> None:
    made, code = handed(chat)
    referrals.refuse(chat.seeker, made)

    with pytest.raises(Gone):
        referral_steps.open_by_code(code)
    assert referrals.one(chat.counsellor, made).text == ""


def test_once_read_it_cannot_be_taken_back(chat: Chat) -> None:
    made, code = handed(chat)
    referral_steps.open_by_code(code)
    with pytest.raises(Conflict):
        referrals.refuse(chat.seeker, made)


def test_it_ends_with_its_case_and_with_its_outcome(chat: Chat) -> None:
    made, code = handed(chat)
    referral_steps.close(chat.counsellor, made, "helped_elsewhere")
    referral_steps.close(chat.counsellor, made, "helped_elsewhere")
    with pytest.raises(Gone):
        referral_steps.open_by_code(code)
    with pytest.raises(Conflict):
        referral_steps.close(chat.counsellor, made, "arrived")
    outcomes = [row.codes.get("outcome") for row in CountRow.objects.filter(event="referral", codes__step="closed")]
    assert outcomes == ["helped_elsewhere"]

    Case.objects.get(pk=chat.case).delete()
    with pytest.raises(NotFound):
        referral_steps.open_by_code(code)


def test_an_outcome_is_one_of_ours(chat: Chat) -> None:
    made, _code = handed(chat)
    with pytest.raises(Invalid):
        referral_steps.close(chat.counsellor, made, "elsewhere")


def test_the_parcel_opens_with_the_code_alone_and_stands_for_no_other(team: Team, chat: Chat) -> None:
    made, code = handed(chat, SECRET)
    other = world.chat(team, world.counsellor(team, "Mara"))
    foreign, foreign_code = handed(other)
    row = Referral.objects.get(pk=made)
    for kept in (row.sealed, row.parcel, row.lookup):
        assert code.encode() not in bytes(kept or b"")
    Referral.objects.filter(pk=foreign).update(parcel=row.parcel)
    with pytest.raises(NotFound):
        referral_steps.open_by_code(foreign_code)
    Referral.objects.filter(pk=made).update(parcel=row.sealed)
    with pytest.raises(NotFound):
        referral_steps.open_by_code(code)
    assert (Referral.objects.get(pk=made).state, Referral.objects.get(pk=foreign).state) == ("handed", "handed")


def test_paper_is_written_down_each_time(chat: Chat) -> None:
    made = agreed(chat)
    referral_steps.hand_on_paper(chat.counsellor, made)
    referral_steps.hand_on_paper(chat.counsellor, made)

    sheet = referral_steps.on_paper(chat.counsellor, made)
    referral_steps.on_paper(chat.counsellor, made)

    assert (sheet.to, sheet.text) == ("Suchtberatung Anker", TEXT)
    assert AuditEntry.objects.filter(event="referral_handed", code="print", actor=chat.counsellor.id).count() == 2
    assert world.notices(chat.case).count("referral_handed") == 1
    assert [row.codes["way"] for row in CountRow.objects.filter(codes__step="handed")] == ["print"]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_at_once_one_reads() -> None:
    team = world.team()
    chat = world.chat(team, world.counsellor(team, "Linde"))
    _made, code = handed(chat)

    found = world.together(*(lambda: referral_steps.open_by_code(code) for _ in range(5)))

    assert world.kinds(found) == ["Gone", "Gone", "Gone", "Gone", "Summary"]
