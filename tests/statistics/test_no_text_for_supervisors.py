"""No address gives away a word of any case to who has no seat in it: all routes × all roles, asked and posted to."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from counselling.cases.domain import agreements, consultation, drafts, emergency, notes, risk, tasks
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import RiskRecord
from counselling.centre import defaults
from counselling.centre.models import HelpContact
from counselling.mail.domain import letters, locking, second_look
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.mail import files_world as paperclip
from tests.support import key_rings, world
from tests.support import letters as post
from tests.support.addresses import STAND_INS, Address, addresses

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]

SECRET: Final = "Quittenduft"  # in every word below, and in nothing that the project says itself
ROLES: Final = ("supervisor", "administrator", "foreign", "nobody")
ALL: Final = list(addresses())
TEAM: Final = "/team/"
# Where the seated counsellor reads a case, and what even they do not read there.
READ: Final = {
    "cases:state",
    "cases:case",
    "panel:file",
    "panel:risk",
    "panel:consultation",
    "mail:case",
    "mail:second_look",
    "mail:team_file",
}
HIDDEN: Final = {f"{SECRET}Unsent", f"{SECRET}Locked"}


@dataclass
class House:
    """Two cases full of words, who reads them and who not; `ids`: what addresses take, by a part of their names."""

    cases: list[str] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    picture: bytes = b""
    seated: Client = field(default_factory=Client)
    outside: dict[str, Client] = field(default_factory=dict)

    def word(self, of: str) -> str:
        """What stands in one place of a case, so that a leak says where it comes from."""
        self.words.add(f"{SECRET}{of}")
        return f"{SECRET}{of}"


def a_chat(house: House, team: Team, counsellor: Actor, asked: Actor) -> None:
    """A running chat with everything that is written beside it."""
    chat = world.chat(team, counsellor, nickname=house.word("ChatName"))
    world.say(chat.seeker, chat.case, house.word("Asked"))
    world.say(counsellor, chat.case, house.word("Answered"))
    drafts.keep(counsellor, chat.case, house.word("Draft"))
    notes.add(counsellor, chat.case, house.word("Note"))
    agreements.write(counsellor, chat.case, house.word("Agreement"))
    tasks.add(counsellor, chat.case, house.word("Task"))
    told = ("said", "observed", "protective", "participants", "decision", "next_step")
    risk.assess(counsellor, chat.case, Assessment("red", **{name: house.word(f"Risk_{name}") for name in told}))
    emergency.tell_where(chat.seeker, chat.case, house.word("Place"))
    advice = consultation.ask(counsellor, chat.case, to=asked.id, text=house.word("Excerpt"))
    consultation.answer(asked, advice, house.word("Advice"))
    house.cases.append(str(chat.case))
    house.ids["panel:consultation"] = [str(advice)]
    house.ids["panel:record"] = house.ids["panel:seen"] = [str(RiskRecord.objects.get().pk)]


def letters_to_and_fro(house: House, team: Team, counsellor: Actor, reader: Actor) -> None:
    """Files come with them, one of which is locked, and a colleague looks at a letter that is not sent."""
    paperclip.allow(team)
    made = post.claimed(team, counsellor, house.word("Letter"), nickname=house.word("MailName"))
    picture, name = paperclip.noise("PNG", (40, 40)), f"{house.word('File')}.png"
    shown = paperclip.sent(made.seeker, made.case, picture, name, house.word("Sent"))
    locked = paperclip.sent(made.seeker, made.case, None, f"{house.word('Locked')}.jpg", house.word("Again"))
    locking.report(counsellor, made.case, locked.id)
    post.send(counsellor, made.case, house.word("Reply"))
    letters.keep(made.seeker, made.case, house.word("Unsent"), version=0)
    letters.keep(counsellor, made.case, house.word("Begun"), version=0)
    notes.add(counsellor, made.case, house.word("LetterNote"))
    look = second_look.share(counsellor, made.case, reader=reader.id)
    second_look.remark(reader, look, house.word("Remark"))
    house.cases.append(str(made.case))
    house.ids["mail:second_look"] = [str(look)]
    house.ids["file"] = [str(shown.id), str(locked.id)]
    house.picture = paperclip.content(counsellor, made.case, shown.id)


@pytest.fixture
def house(db: None) -> House:
    """Linde's cases; another counsellor of another team was asked for advice, but not that one who looks."""
    defaults.ensure()
    HelpContact.objects.all().delete()  # every page draws them: twice the time for nothing
    team, elsewhere = world.team(), world.team("Insofa", is_open=False)
    linde, house = world.counsellor(team, "Linde", capacity=5), House()
    a_chat(house, team, linde, world.counsellor(elsewhere, "Kim"))
    letters_to_and_fro(house, team, linde, world.counsellor(team, "Gegenleserin"))
    house.seated = browser(linde.id)
    house.outside = {
        "supervisor": browser(world.staff(team, "Uli", "supervisor").id),
        "administrator": browser(world.staff(team, "Technik", "administrator").id),
        "foreign": browser(world.counsellor(elsewhere, "Erle").id),
        "nobody": browser(None),
    }
    return house


def browser(staff: UUID | None) -> Client:
    """Broken pages are answers too."""
    client = Client(raise_request_exception=False)
    if staff:
        key_rings.sign_in(client, Staff.objects.get(pk=staff))
    return client


@dataclass(frozen=True)
class Ask:
    """One request; what it names stands in its address or beside it: in the query, a form, or as scripts send it."""

    method: str
    path: str
    named: dict[str, str] = field(default_factory=dict)
    is_json: bool = False

    def answer(self, client: Client) -> Any:
        if self.is_json:
            return client.post(self.path, json.dumps(self.named), content_type="application/json")
        return getattr(client, self.method)(self.path, self.named)


def asks(address: Address, house: House) -> Iterator[Ask]:
    """An address as it is, or with every id that fits where it takes one, and with the cases named beside it."""
    for path in paths(address, house):
        yield from (Ask("get", path), Ask("post", path))
    if address.name.startswith("cases:"):
        for case in house.cases:
            yield Ask("get", address.path, {"case": case})
            yield Ask("post", address.path, {"case": case}, is_json=True)
    elif not address.has_arguments and address.path.startswith(TEAM):
        named = {"case": house.cases[1], "ref": house.cases[1], "letter": house.ids["mail:second_look"][0]}
        yield from (Ask("get", address.path, named), Ask("post", address.path, named))


def paths(address: Address, house: House) -> Iterator[str]:
    """The address with real ids for its stand-ins."""
    stand_in = STAND_INS["uuid"]
    known = [one for part, ids in house.ids.items() if part in address.name for one in ids]
    if address.path.count(stand_in) > 1:
        begun = address.path.replace(stand_in, house.cases[1], 1)
        yield from (begun.replace(stand_in, one) for one in known)
    elif stand_in in address.path:
        yield from (address.path.replace(stand_in, one) for one in [*house.cases, *known])
    else:
        yield address.path


def told(ask: Ask, client: Client, house: House) -> set[str]:
    """The words and files of cases in an answer; whatever was done is undone, and the browser stays signed in."""
    cookies = client.cookies.copy()
    cache.clear()  # nobody knocks too often
    with transaction.atomic():
        answer = ask.answer(client)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies = cookies
    found = set(re.findall(rf"{SECRET}\w*", body.decode(errors="replace") + str(dict(answer.headers))))
    return found | {"picture" for _ in range(house.picture in body)}


@pytest.mark.parametrize("role", ROLES)
def test_no_address_gives_a_word_to_who_has_no_seat(house: House, role: str) -> None:
    leaks = {
        f"{ask.method} {ask.path} {sorted(ask.named)}": found
        for address in ALL
        for ask in asks(address, house)
        if (found := told(ask, house.outside[role], house))
    }

    assert leaks == {}
    assert len(ALL) > 300


def test_whoever_has_a_seat_reads_every_word_so_that_a_leak_would_be_found(house: House) -> None:
    reads = [ask for address in ALL if address.name in READ for ask in asks(address, house) if ask.method == "get"]

    found = {one for ask in reads for one in told(ask, house.seated, house)}

    assert found == house.words - HIDDEN | {"picture"}


def test_the_browsers_come_in_and_stay_signed_in(house: House) -> None:
    home = {"supervisor": "/team/statistics/", "administrator": "/admin/", "foreign": "/team/letters/"}
    for role, path in home.items():
        client = house.outside[role]
        told(Ask("post", "/team/sign-out/"), client, house)
        assert client.get(path).status_code == 200, role
