"""A small centre with a past, for upgrades: `python -m tests.upgrade.fill fill`, and `… fill look KNOWN` afterwards.

`fill` runs with the code of the release that the fixture is of, on an empty database, and prints what somebody has to
know to come in and what was said: {"seen": what `look` saw then, and everybody's passwords}. `look` comes in with that
as people do, by password and words, and prints what it sees: the same after an upgrade as before.
"""

import base64
import datetime as dt
import hashlib
import json
import sys
import uuid
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db.models import Count  # noqa: E402 -- after setup()
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from blended.domain import agreeing, demo_dates, demo_partners  # noqa: E402
from blended.domain.making import When  # noqa: E402
from blended.models import Appointment, Partner  # noqa: E402
from counselling.cases.domain import closing, keys, notes, opening, posting, queue, timeline  # noqa: E402
from counselling.cases.domain.facts import FactsInput  # noqa: E402
from counselling.cases.domain.posting import Post  # noqa: E402
from counselling.cases.models import Case, CountRow  # noqa: E402
from counselling.centre import defaults  # noqa: E402
from counselling.centre.models import OpeningHour  # noqa: E402
from counselling.mail.domain import files, letters  # noqa: E402
from counselling.people.domain import (  # noqa: E402
    access,
    audit_chain,
    audit_proof,
    canary,
    papers,
    passphrases,
    presence,
    staff,
    staffkeys,
)
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.domain.rings import Ring  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from counselling.statistics.domain import releases, simulating, simulating_lives  # noqa: E402
from counselling.statistics.models import Release  # noqa: E402
from tests.mail import files_world as paperclip  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import second_factor, world  # noqa: E402

TEAM = "Jugendberatung"
PEOPLE = {"linde": "counsellor", "ahorn": "counsellor", "uli": "supervisor", "technik": "administrator"}
PASSWORDS = {name: f"kiesel-{name}-zwiebelturm-8814" for name in PEOPLE}
NICKNAME, WORDS = "Stiller Otter", "kiesel zwiebelturm 8814 rolltreppe"
WRITER = "Grüner Wal"
TALK = [
    "Hallo, ist da wer? 🙂",
    "Ja, ich bin Linde. Erzähl gern.",
    "Bei uns ist nur noch Streit.",
    "Das klingt schwer.",
]
CASES, UNTIL = 400, dt.date(2026, 9, 30)


# --- filling ---------------------------------------------------------------------------------------------------------


def fill() -> dict[str, Any]:
    """Everything there is to lose."""
    canary.check()
    defaults.ensure()
    defaults.demo_centre()
    team = Team.objects.create(slug="team", name=TEAM)
    for weekday in range(7):
        OpeningHour.objects.create(team=team, channel="chat", weekday=weekday, opens=dt.time(0), closes=dt.time(0))
    for name, role in PEOPLE.items():
        staff.let_in(name, password=PASSWORDS[name], alias=name.title(), role=role, team="team", languages=["de"])
        second_factor.give_app(Staff.objects.get(username=name).pk)
        second_factor.give_codes(Staff.objects.get(username=name).pk)
    paper = papers.found_here(team.pk)
    demo_partners.ensure(team)
    demo_dates.ensure(team)
    linde = _counsellor("linde", PASSWORDS["linde"])
    presence.set_status(linde, Staff.Status.HERE)
    known = {"passwords": PASSWORDS, "paper": paper} | _chat(team, linde) | _letters(team, linde)
    simulating.simulate(CASES, 7, UNTIL, 2)
    simulating_lives.live(linde, 6, 7)
    releases.freeze_due(timezone.now())
    return known | {"seen": look(known)}


def _chat(team: Team, linde: Actor) -> dict[str, str]:
    """One that goes on, with a note and an appointment, of somebody who kept words; one more waits."""
    young, token = access.new_seeker()
    facts = FactsInput(age_band="15_17", strain=4)
    case = opening.begin_chat(young, team_id=team.pk, nickname=NICKNAME, facts=facts, language="de")
    queue.claim(linde, case)
    for number, text in enumerate(TALK):
        _say(linde if number % 2 else young, case, text)
    notes.add(linde, case, "Streit der Eltern, ruft Montag wieder an.")
    passphrases.keep(young, NICKNAME, WORDS)
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=9)
    agreeing.propose(young, case, When(starts_at, "video"))
    waiting, _ = access.new_seeker()
    opening.begin_chat(waiting, team_id=team.pk, nickname="Blauer Bus", facts=FactsInput(), language="de")
    return {"chat": str(case), "token": token}


def _letters(team: Team, linde: Actor) -> dict[str, str]:
    """An exchange with an attachment and a letter that is not sent yet; and a case that was closed."""
    paperclip.allow(team)
    made = post.claimed(team, linde, "Darf ich euch ein Bild schicken?", nickname=WRITER)
    paperclip.sent(made.seeker, made.case, paperclip.picture(), "Zimmer.jpg", "Hier ist mein Zimmer.")
    post.send(linde, made.case, "Danke für das Bild!\n\nDeine Linde")
    letters.keep(made.seeker, made.case, "Noch nicht fertig", version=0)
    over = post.claimed(team, linde, "Eine kurze Frage.", nickname="Schneller Igel")
    post.send(linde, over.case, "Eine kurze Antwort.")
    closing.close(linde, over.case, topics=[], ending="helped", letters=True)
    return {"letters": str(made.case), "writer": f"{WRITER} {made.case.hex[:6]}"}


def _say(actor: Actor, case: UUID, text: str) -> None:
    seat = world.seat_of(actor, case)
    key = keys.case_key(actor, case)
    world.written(posting.commit([Post(case, seat.pk, seat.role, uuid.uuid4(), text, key)])[0])


# --- looking ---------------------------------------------------------------------------------------------------------


def look(known: dict[str, Any]) -> dict[str, Any]:
    """What people see who come in with what they know."""
    passwords = known["passwords"]
    linde = _counsellor("linde", passwords["linde"])
    chat, exchange = UUID(known["chat"]), UUID(known["letters"])
    young, writer = _come_back(NICKNAME, WORDS), _come_back(known["writer"], post.WORDS)
    by_cookie = access.seeker_by_token(known["token"])
    unsent = letters.unsent(writer, exchange)
    audit_chain.chain()
    assert by_cookie
    assert unsent
    return {
        "recognised": sorted(name for name in passwords if staffkeys.recognise(name, passwords[name])),
        "at the desk": _at_the_desk("linde", passwords["linde"]),
        "chat": {"team": _lines(linde, chat), "young": _lines(young, chat), "cookie": _lines(by_cookie, chat)},
        "letters": {"team": _lines(linde, exchange), "young": _lines(writer, exchange), "unsent": unsent.text},
        "files": [_file(linde, exchange, file.id) for file in _attached(linde, exchange)],
        "notes": [note["text"] for note in notes.of_case(linde, chat, keys.case_key(linde, chat))],
        "opened by the team": len(keys.case_keys(linde, list(Case.objects.values_list("pk", flat=True)))),
        "appointments": _rows(Appointment, "state", "channel", "starts_at"),
        "partners": _rows(Partner, "name"),
        "released": {one.period: _digest(json.dumps(one.data, sort_keys=True)) for one in Release.objects.all()},
        "counted": dict(CountRow.objects.values_list("event").annotate(number=Count("pk")).order_by("event")),
        "trail": [problem.kind for problem in audit_proof.verify()],
        "paper": papers.ring_of(Team.objects.get().pk, known["paper"]) is not None,
    }


def _counsellor(name: str, password: str) -> Actor:
    recognised = staffkeys.recognise(name, password)
    assert recognised
    return Actor.for_staff(recognised[0], "fill", Ring(recognised[1]))


def _come_back(nickname: str, words: str) -> Actor:
    token = passphrases.sign_in(nickname, words)
    young = access.seeker_by_token(token) if token else None
    assert young
    return young


def _lines(actor: Actor, case: UUID) -> list[list[Any]]:
    found = timeline.since(case, keys.case_key(actor, case), 0, limit=1000)
    return [[line.seq, line.kind, line.role, line.name, line.text, line.code] for line in found]


def _attached(actor: Actor, case: UUID) -> list[Any]:
    return [file for attached in files.of_sent_letters(actor, case).values() for file in attached]


def _file(actor: Actor, case: UUID, file: UUID) -> list[str]:
    opened = files.opened(actor, case, file)
    return [opened.view.name, _digest(b"".join(opened.parts))]


def _rows(model: Any, *fields: str) -> list[list[str]]:
    return sorted([str(value) for value in row] for row in model.objects.values_list(*fields))


def _digest(data: bytes | str) -> str:
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def _at_the_desk(name: str, password: str) -> list[int]:
    """The statuses of a browser that signs in with both steps and opens the desk."""
    browser = Client(HTTP_HOST="127.0.0.1")
    second_factor.give_app(Staff.objects.get(username=name).pk)  # a code counts once
    answers = [
        browser.post(reverse("people:sign_in"), {"username": name, "password": password}),
        browser.post(reverse("people:second_step"), {"code": second_factor.code()}),
        browser.get(reverse("cases:desk")),
    ]
    return [answer.status_code for answer in answers]


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        print(json.dumps(fill()))
    else:
        print(json.dumps(look(json.loads(base64.b64decode(sys.argv[2])))))
