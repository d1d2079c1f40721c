"""Every form of letters and of the case panel that writes something, posted twice as a double tap does: once."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import consultation, risk, tasks
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Case, Erased, RiskRecord
from counselling.centre import defaults
from counselling.mail.domain import letters, second_look
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from tests.mail import mails
from tests.mail import team_world as lists
from tests.support import browser_letters, key_rings, world
from tests.support import letters as post

pytestmark = pytest.mark.django_db

SAID = "Ein Satz, der nur einmal dasteht."


@dataclass
class House:
    """Linde answers the Otter's letters, Mara is of her team, Kim of another, Uli leads."""

    linde: Actor
    mara: Actor
    kim: Actor
    uli: Actor
    otter: Actor
    case: uuid.UUID

    def page_of(self, name: str) -> Client:
        """A browser of this person."""
        actor: Actor = getattr(self, name)
        if actor.kind == "seeker":
            return browser_letters.signed_in(actor)
        client = Client()
        key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
        return client


@pytest.fixture
def house(settings: Settings) -> House:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    defaults.ensure()
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    kim, uli = world.counsellor(world.team("Zeder", is_open=False), "Kim"), world.staff(team, "Uli", "supervisor")
    made = post.claimed(team, linde)
    return House(linde, mara, kim, uli, made.seeker, made.case)


def asked_kim(house: House) -> uuid.UUID:
    return consultation.ask(house.linde, house.case, to=house.kim.id, text="X fragt, was jetzt hilft.")


def draft(house: House) -> dict[str, Any]:
    """The composer's fields with an unsent letter in it."""
    kept = letters.keep(house.linde, house.case, SAID, version=0)
    return {"letter": kept.id, "version": kept.version, "text": SAID}


def shared(house: House) -> uuid.UUID:
    draft(house)
    return second_look.share(house.linde, house.case, reader=house.mara.id)


def red(house: House) -> uuid.UUID:
    risk.assess(house.linde, house.case, Assessment("red", said="Ich kann nicht mehr."))
    return RiskRecord.objects.get().pk


def unread(house: House) -> int:
    """A letter of the Otter's that nobody has read."""
    return post.send(house.otter, house.case, "Noch etwas")


def waiting_letter(house: House) -> uuid.UUID:
    """Somebody else's letter that nobody has claimed."""
    return post.asked(Case.objects.get(pk=house.case).team, nickname="Blauer Bus").case


def address(house: House) -> str:
    """The code that is on its way to the Otter."""
    return mails.asked(house.otter)


def a_task(house: House) -> int:
    return tasks.add(house.linde, house.case, SAID)


def moment() -> dict[str, str]:
    later = timezone.localtime() + dt.timedelta(days=2)
    return {"day": str(later.date()), "time": "10:00"}


Made = Any
Says = Callable[[House, Made], dict[str, Any]]
Form = tuple[str, str, Callable[[House], Made], Callable[[House, Made], list[Any]], Says]


def nothing(_house: House) -> None:
    """Nothing has to be there before."""


def of_case(house: House, _made: Made) -> list[Any]:
    return [house.case]


def of_made(_house: House, made: Made) -> list[Any]:
    return [made]


def nowhere(_house: House, _made: Made) -> list[Any]:
    return []


def words(**data: Any) -> Callable[[House, Made], dict[str, Any]]:
    return lambda _house, _made: data


# (who, address, what is there before, its arguments, what the form says)
FORMS: dict[str, Form] = {
    "agreement": ("linde", "panel:agreement", nothing, of_case, words(text=SAID)),
    "note": ("linde", "panel:note", nothing, of_case, words(text=SAID)),
    "task": ("linde", "panel:task", nothing, of_case, words(text=SAID)),
    "tick": ("linde", "panel:tick", a_task, lambda house, _made: [house.case, 1], words(done="1")),
    "facts": ("linde", "panel:facts", nothing, of_case, words(age_band="12_14", topics=["school"])),
    "assessment": ("linde", "panel:risk", nothing, of_case, words(level="green", said=SAID)),
    "red": ("linde", "panel:risk", nothing, of_case, words(now="1", said=SAID)),
    "others": ("linde", "panel:others", red, of_case, words()),
    "seen": ("uli", "panel:seen", red, of_made, words()),
    "where": ("otter", "panel:where", red, nowhere, words(text=SAID)),
    "consult": (
        "linde",
        "panel:consult",
        nothing,
        of_case,
        lambda house, _made: {"step": "share", "text": SAID, "to": house.kim.id},
    ),
    "consultation": ("kim", "panel:consultation", asked_kim, of_made, words(text=SAID)),
    "consultation-end": ("linde", "panel:consultation_end", asked_kim, of_made, words()),
    "letter": ("otter", "mail:send", nothing, nowhere, words(letter=uuid.UUID(int=7), version=0, text=SAID)),
    "draft": ("otter", "mail:save", nothing, nowhere, words(letter=uuid.UUID(int=7), version=0, text=SAID)),
    "discard": ("otter", "mail:discard", nothing, nowhere, words()),
    "withdraw": ("otter", "mail:withdraw", unread, nowhere, lambda _house, seq: {"seq": seq}),
    "from-chat": ("otter", "mail:from_chat", nothing, nowhere, words(text=SAID)),
    "address": ("otter", "mail:notify", nothing, nowhere, words(step="address", email=mails.ADDRESS)),
    "code": ("otter", "mail:notify", address, nowhere, lambda _house, code: {"step": "code", "code": code}),
    "claim": ("linde", "mail:claim", waiting_letter, of_made, words()),
    "hand-over": (
        "linde",
        "mail:hand_over",
        nothing,
        of_case,
        lambda house, _made: {"to": house.mara.id, "note": SAID},
    ),
    "give-back": ("linde", "mail:give_back", nothing, of_case, words(note=SAID)),
    "remind": ("linde", "mail:remind", nothing, of_case, lambda _house, _made: {"on": str(timezone.localdate())}),
    "close": (
        "linde",
        "mail:close",
        nothing,
        of_case,
        words(ending="helped", farewell=SAID, letter=uuid.UUID(int=8)),
    ),
    "reassign": (
        "uli",
        "mail:reassign",
        nothing,
        nowhere,
        lambda house, _made: {"ref": Case.objects.get(pk=house.case).audit_ref, "to": house.mara.id},
    ),
    "keep": ("linde", "mail:case_write", nothing, of_case, words(step="keep", version=0, text=SAID)),
    "send": (
        "linde",
        "mail:case_write",
        draft,
        of_case,
        lambda _house, sheet: {"step": "send", **sheet},
    ),
    "later": ("linde", "mail:case_write", draft, of_case, lambda _house, sheet: {"step": "later", **sheet, **moment()}),
    "share": (
        "linde",
        "mail:case_write",
        draft,
        of_case,
        lambda house, sheet: {"step": "share", **sheet, "reader": house.mara.id},
    ),
    "own-remark": (
        "linde",
        "mail:case_write",
        shared,
        of_case,
        lambda house, _look: {"step": "remark", "remark": SAID, **draft(house)},
    ),
    "remark": ("mara", "mail:second_look", shared, of_made, words(remark=SAID)),
    "remark-of-writer": ("linde", "mail:second_look", shared, of_made, words(remark=SAID)),
    "module": ("linde", "mail:modules", nothing, nowhere, words(step="add", title="Gruß", text=SAID)),
    "absence": (
        "linde",
        "mail:absence",
        nothing,
        nowhere,
        lambda house, _made: {
            "begins": str(timezone.localdate()),
            "ends": str(timezone.localdate()),
            "substitute": house.mara.id,
        },
    ),
}
# Elsewhere: files come in pieces by a script, each with its number (test_files.py); a newcomer's first form below; what
# is mine cannot be taken over once more (domain/test_taking_over.py).
ELSEWHERE = {
    *(f"mail:{team}file_{step}" for team in ("", "team_") for step in ("begin", "piece", "done", "remove", "report")),
    "mail:locked_file_delete",
    "mail:letter",
    "mail:back",
    "mail:take_over",
}
# What no form writes to.
READ_ONLY = {
    "mail:write", "mail:inbox", "mail:team", "mail:team_state", "mail:team_search", "mail:load", "mail:case",
    "mail:unsent", "mail:second_looks", "mail:locked_files", "mail:file", "mail:file_show", "mail:team_file",
    "mail:team_file_show", "panel:file", "panel:consultations", "panel:records", "panel:waiting", "panel:record",
    "mail:on_call", "panel:agreed", "panel:agreed_now", "panel:agreed_of",
}  # fmt: skip


def rows() -> dict[str, int]:
    """How many rows each table of cases and letters has; a code in place of another leaves one more mark of erasing."""
    models = [*apps.get_app_config("cases").get_models(), *apps.get_app_config("mail").get_models()]
    return {model.__name__: model._base_manager.count() for model in models if model is not Erased}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_comes_twice_writes_once(house: House, name: str) -> None:
    who, where, before, arguments, says = FORMS[name]
    made = before(house)
    path, data, browser = reverse(where, args=arguments(house, made)), says(house, made), house.page_of(who)

    first = browser.post(path, data)
    once = rows()
    again = browser.post(path, data)

    assert first.status_code == 303, first.content.decode()
    assert rows() == once
    # The second answer is what somebody sees: the same, or that there is nothing left to do.
    assert again.status_code == {"consultation-end": 404, "reassign": 422}.get(name, 303)


def test_every_form_is_among_these() -> None:
    names = {
        f"{room}:{name}"
        for room in ("mail", "panel")
        for name in get_resolver(f"counselling.{'mail.urls' if room == 'mail' else 'cases.panel_urls'}").reverse_dict
        if isinstance(name, str)
    }

    assert {where for _who, where, *_more in FORMS.values()} == names - ELSEWHERE - READ_ONLY
    assert names >= ELSEWHERE | READ_ONLY


def test_other_words_in_the_same_moment_are_written(house: House) -> None:
    linde, kim, mara, otter = (house.page_of(name) for name in ("linde", "kim", "mara", "otter"))
    number, look = asked_kim(house), shared(house)
    red(house)
    for text in ("eins", "zwei"):
        linde.post(reverse("panel:note", args=[house.case]), {"text": text})
        linde.post(reverse("mail:modules"), {"step": "add", "title": text, "text": text})
        linde.post(reverse("panel:consult", args=[house.case]), {"step": "share", "text": text, "to": house.kim.id})
        kim.post(reverse("panel:consultation", args=[number]), {"text": text})
        mara.post(reverse("mail:second_look", args=[look]), {"remark": text})
        linde.post(reverse("mail:second_look", args=[look]), {"remark": text})
        otter.post(reverse("panel:where"), {"text": text})

    found = rows()
    assert {name: found[name] for name in ("Note", "TextModule", "Whereabouts", "Consultation")} == {
        "Note": 2,
        "TextModule": 2,
        "Whereabouts": 2,
        "Consultation": 3,
    }
    assert (found["ConsultationReply"], found["SecondLookRemark"]) == (2, 4)


def test_the_same_words_later_are_written_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number, look = asked_kim(house), shared(house)
    red(house)
    now, linde, kim, mara, otter = timezone.now(), *map(house.page_of, ("linde", "kim", "mara", "otter"))
    for moment in (now, now + dt.timedelta(seconds=31)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        linde.post(reverse("panel:note", args=[house.case]), {"text": SAID})
        linde.post(reverse("panel:consult", args=[house.case]), {"step": "share", "text": SAID, "to": house.kim.id})
        kim.post(reverse("panel:consultation", args=[number]), {"text": SAID})
        mara.post(reverse("mail:second_look", args=[look]), {"remark": SAID})
        otter.post(reverse("panel:where"), {"text": SAID})

    found = rows()
    assert [found[name] for name in ("Note", "ConsultationReply", "SecondLookRemark", "Whereabouts")] == [2, 2, 2, 2]
    assert found["Consultation"] == 3


def test_two_people_may_say_the_same(house: House) -> None:
    look = shared(house)
    for name in ("linde", "mara"):
        house.page_of(name).post(reverse("mail:second_look", args=[look]), {"remark": "Gut so."})

    assert rows()["SecondLookRemark"] == 2


def test_a_newcomers_double_tap_leads_to_one_case_that_holds_the_letter(house: House) -> None:
    """The second form knows nothing of the first one's cookie: what it began stays empty, and nobody is shown it."""
    form = {**browser_letters.FACTS, "nickname": "Roter Panda", "text": SAID}
    taps = [Client(), Client()]
    before = rows()["Entry"]
    for tap in taps:
        assert tap.post("/letter/", form).status_code == 303
    known = taps[1]
    browser_letters.keep(known)
    assert browser_letters.composer(known)["text"] == SAID
    assert known.post("/letter/", form).status_code == 303

    browser_letters.send(known, SAID)

    assert rows()["Entry"] == before + 1
    assert lists.names(house.mara) == ["Roter Panda"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["note", "consult", "consultation", "remark", "where", "module", "absence", "letter"])
def test_two_taps_in_the_same_moment_write_once(house: House, name: str) -> None:
    who, where, before, arguments, says = FORMS[name]
    made = before(house)
    path, data = reverse(where, args=arguments(house, made)), says(house, made)
    browsers = [house.page_of(who) for _tap in range(2)]
    unwritten = rows()

    answers = world.together(*[lambda browser=browser: browser.post(path, data).status_code for browser in browsers])

    assert answers == [303, 303]
    added = {key: count - unwritten[key] for key, count in rows().items() if count > unwritten[key]}
    assert set(added.values()) == {1}, added
