"""Whoever may no longer look sees nothing more: sessions, accounts, seats and cases that end under a connection."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from chat import pulse, runtime
from chat.pools import run_db
from chat.protocol import Closing
from counselling.cases import bell
from counselling.cases.domain import erasing, handover, queue
from counselling.cases.models import Case
from counselling.people.domain import staffkeys
from counselling.people.models import Staff
from tests.chat.client import Hung
from tests.chat.house import House, seated, turned_away
from tests.support import key_rings

SOON = 2.5


@pytest.fixture(autouse=True)
def quick_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first test keeps the real pace."""
    monkeypatch.setattr(pulse, "BEAT", 0.2)


async def test_quick_exit_ends_the_line_within_two_seconds(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "BEAT", 1.0)
    chat = await house.chat()
    young, tab, listening = await house.seeker(chat), await house.seeker(chat), await house.staff(chat)

    assert (await run_db(_exit, chat.seeker)).status_code in {200, 302, 303}

    assert await young.hung(SOON) == await tab.hung(SOON) == Closing.SESSION_ENDED
    await listening.until_pong()
    assert runtime.current().hub.links_of(chat.id) == [*runtime.current().hub.by_case[chat.id]]
    assert len(runtime.current().hub.links) == 1
    assert await run_db(Case.objects.filter(pk=chat.case, state="active").exists)


def _exit(cookie: str):
    browser = Client()
    name, _, token = cookie.partition("=")
    browser.cookies[name] = token
    return browser.post("/exit/")


async def test_another_browser_of_the_seeker_stays(house: House) -> None:
    from counselling.people.domain import access  # noqa: PLC0415 -- one test's business

    chat = await house.chat()
    actor = await run_db(access.seeker_by_token, chat.seeker.split("=")[1])
    code = await run_db(access.issue_code, actor)
    token = await run_db(access.redeem_code, code)
    one = await house.seeker(chat)
    other = house.line("/chat/socket", f"{settings.SEEKER_COOKIE_NAME}={token}")
    await other.begin()

    await run_db(access.end_session, actor)

    assert await one.hung(SOON) == Closing.SESSION_ENDED
    await other.open(chat.case)


async def test_sign_out_ends_the_line(house: House) -> None:
    chat, bystander = await house.chats(2)
    listening, other = await house.staff(chat), await house.staff(bystander)

    await run_db(Session.objects.filter(session_key=chat.counsellor.split("=")[1].split(";")[0]).delete)

    assert await listening.hung(SOON) == Closing.SESSION_ENDED
    await other.until_pong()


async def test_expired_session_ends_the_line(house: House) -> None:
    chat = await house.chat()
    listening = await house.staff(chat)

    await run_db(Session.objects.update, expire_date=timezone.now())

    assert await listening.hung(SOON) == Closing.SESSION_ENDED


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "supervisor"}, {"role": "administrator"}])
async def test_changed_account_ends_the_line(house: House, change: dict[str, object]) -> None:
    chat = await house.chat()
    listening = await house.staff(chat)

    await run_db(Staff.objects.filter(alias=chat.alias).update, **change)

    assert await listening.hung(SOON) == Closing.SESSION_ENDED


async def test_changed_password_ends_the_line(house: House) -> None:
    """Pages ask for the new password at once; a line must not outlive them."""
    chat = await house.chat()
    listening = await house.staff(chat)

    staff = await run_db(Staff.objects.get, alias=chat.alias)
    await run_db(staffkeys.set_password, staff, "Ein-ganz-anderer-Satz")

    assert await listening.hung(SOON) == Closing.SESSION_ENDED


async def test_erased_case_ends_the_seekers_line_and_the_counsellors_stream(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    await runtime.current().pulse.stop()

    await run_db(_erase, chat)

    assert await young.hung(SOON) == Closing.NO_CASE
    await listening.hear("desk")
    await turned_away(listening, chat.case)
    assert runtime.current().hub.links_of(chat.id) == []


async def test_erased_case_is_noticed_without_a_nudge(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    monkeypatch.setattr(bell, "_listeners", [])  # every ring is lost

    await run_db(_erase, chat)

    assert await young.hung(SOON) in {Closing.NO_CASE, Closing.SESSION_ENDED}
    await listening.hear("desk")
    await turned_away(listening, chat.case)


def _erase(chat) -> None:
    from counselling.people.domain import access  # noqa: PLC0415 -- as above

    actor = access.seeker_by_token(chat.seeker.split("=")[1])
    assert actor
    erasing.erase_all(actor)


async def test_hand_over_moves_the_stream(house: House) -> None:
    chat = await house.chat()
    actor, cookie = await house.counsellor()
    young, old, new = await house.seeker(chat), await house.staff(chat), house.line("/team/socket", cookie)
    await new.begin()
    assert await new.refused("resume", case=chat.case, after=0) == "not_found"

    await run_db(handover.to_colleague, await _actor(chat.alias), chat.id, to=actor.id, note="")
    ack = await young.post(chat.case, "bist du neu?")

    told = await young.hear("entry", code="handed_over")
    assert told["about"] == {"from": chat.alias, "to": actor.alias}
    await young.hear("case", seats=[seated(actor.alias)])
    await old.hear("desk")
    await turned_away(old, chat.case)
    for kind, fields in (("typing", {}), ("read", {"seq": 1}), ("resume", {"after": 0})):
        assert await old.refused(kind, case=chat.case, **fields) == "not_found"
    await new.hear("desk")
    await new.open(chat.case)
    assert [entry["seq"] for entry in new.entries(chat.case)] == list(range(1, ack["seq"] + 1))
    await new.post(chat.case, "ja")
    assert max(entry["seq"] for entry in old.entries(chat.case)) < ack["seq"]


async def test_lost_seat_is_noticed_without_a_nudge(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ring was lost (Redis away): the log's gap makes the process look, and looking asks for the seat."""
    chat = await house.chat()
    actor, _ = await house.counsellor()
    young, old = await house.seeker(chat), await house.staff(chat)
    await runtime.current().pulse.stop()
    monkeypatch.setattr(bell, "_listeners", [])  # every ring is lost

    await run_db(handover.to_colleague, await _actor(chat.alias), chat.id, to=actor.id, note="")
    ack = await young.post(chat.case, "wer liest das?")

    await young.hear("entry", code="handed_over")
    await old.until_pong()
    assert max(entry["seq"] for entry in old.entries(chat.case)) < ack["seq"] - 1


async def test_back_in_the_queue_the_counsellor_reads_nothing_more(house: House) -> None:
    chat = await house.chat()
    young, old = await house.seeker(chat), await house.staff(chat)

    await run_db(handover.to_queue, await _actor(chat.alias), chat.id, note="")

    await young.hear("entry", code="back_to_queue")
    await young.hear("case", state="waiting", seats=[])
    assert (await young.hear("waiting"))["position"] == 1
    assert (await young.post(chat.case, "hallo?"))["seq"] == 3
    await old.hear("desk")
    assert await old.refused("resume", case=chat.case, after=0) == "not_found"
    assert [entry["seq"] for entry in old.entries(chat.case)] == [1]


async def test_claiming_again_at_once_opens_a_working_stream(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    actor = await _actor(chat.alias)
    await run_db(queue.seen, [chat.id], timezone.now())
    await run_db(handover.to_queue, actor, chat.id, note="")
    await run_db(queue.claim, actor, chat.id)

    await listening.open(chat.case)
    ack = await listening.post(chat.case, "da bin ich wieder")

    assert (await young.hear("entry", seq=ack["seq"]))["name"] == chat.alias


async def test_invited_colleague_is_shown_reads_writes_and_leaves(house: House) -> None:
    chat = await house.chat()
    actor, cookie = await house.counsellor()
    young, guest = await house.seeker(chat), house.line("/team/socket", cookie)
    await guest.begin()

    await run_db(handover.invite, await _actor(chat.alias), chat.id, to=actor.id)

    both = [seated(chat.alias), seated(actor.alias, "consultant")]
    assert (await young.hear("entry", code="consultant_joined"))["about"] == {"name": actor.alias}
    await young.hear("case", seats=both)
    await guest.hear("desk")
    assert (await guest.open(chat.case))["seats"] == both
    ack = await guest.post(chat.case, "Guten Tag")
    entry = await young.hear("entry", seq=ack["seq"])
    assert (entry["role"], entry["name"]) == ("consultant", actor.alias)

    await run_db(handover.leave_seat, actor, chat.id)

    assert (await young.hear("entry", code="consultant_left"))["about"] == {"name": actor.alias}
    await guest.hear("desk")
    assert await guest.refused("resume", case=chat.case, after=0) == "not_found"


async def test_invited_colleague_who_takes_over_goes_on_writing(house: House) -> None:
    """Their seat is another one now; the open stream has to follow it."""
    chat = await house.chat()
    actor, cookie = await house.counsellor()
    young, guest = await house.seeker(chat), house.line("/team/socket", cookie)
    await guest.begin()
    first = await _actor(chat.alias)
    await run_db(handover.invite, first, chat.id, to=actor.id)
    await guest.open(chat.case)

    await run_db(handover.to_colleague, first, chat.id, to=actor.id, note="")
    await guest.hear("case", seats=[seated(actor.alias)])
    ack = await guest.post(chat.case, "jetzt ich")

    entry = await young.hear("entry", seq=ack["seq"])
    assert (entry["role"], entry["name"]) == ("counsellor", actor.alias)


async def test_nothing_said_after_the_end_is_heard(house: House) -> None:
    """Frames that arrive after the hang-up are swallowed, not answered and not stored."""
    chat = await house.chat()
    young = await house.seeker(chat)
    await run_db(_exit, chat.seeker)
    assert await young.hung(SOON) == Closing.SESSION_ENDED

    await young.say("ping")

    with pytest.raises((TimeoutError, Hung)):
        await young.frame(0.3)


async def _actor(alias: str):

    staff = await run_db(Staff.objects.get, alias=alias)
    return key_rings.actor(staff)
