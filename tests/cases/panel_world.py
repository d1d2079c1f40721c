"""A case with everything that its panel can hold, made through the domain, and browsers that open it."""

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from counselling.cases.domain import agreements, consultation, emergency, notes, risk, tasks
from counselling.cases.domain.risk_content import Assessment
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from tests.cases.desk_world import a_counsellor, browser_of, the_team
from tests.support import world
from tests.support.world import Chat


def everything(chat: Chat) -> None:
    """An agreement, tasks, a note, a danger up to red, and where the young person is."""
    today = timezone.localdate()
    agreements.write(chat.counsellor, chat.case, "Wir schreiben uns jeden Dienstag um fünf.")
    agreements.write(chat.counsellor, chat.case, "Du sagst deiner Schwester Bescheid.\nWir schreiben morgen wieder.")
    tasks.add(chat.counsellor, chat.case, "Beim Jugendamt ohne Namen nachfragen", today)
    tasks.set_done(chat.counsellor, chat.case, tasks.add(chat.counsellor, chat.case, "Team informieren"), done=True)
    notes.add(chat.counsellor, chat.case, "Fragt vorsichtig nach der Schule.")
    first = Assessment(
        "orange",
        review_on=today,
        said="Ich will nicht mehr leben.",
        observed="Schreibt kurz, verabschiedet sich.",
        ideation="active",
        plan="vague",
        means="reachable",
        timeframe="later",
        protective="Die Schwester, der Hund.",
        parents="no",
        participants="Jon",
        decision="Kontakt halten, morgen wieder.",
        next_step="Heute Abend noch einmal schreiben.",
    )
    risk.assess(chat.counsellor, chat.case, first)
    risk.assess(chat.counsellor, chat.case, Assessment("red", said="Ich mache es heute."))
    emergency.tell_where(chat.seeker, chat.case, "Am Bahnhof in Musterstadt")


def consulted(chat: Chat) -> Actor:
    """A counsellor of another team who was asked, and answered."""
    kim = world.counsellor(world.team("Insofa", is_open=False), "Kim")
    text = "X sagt, daheim wird geschrien. Was würdest du fragen?"
    number = consultation.ask(chat.counsellor, chat.case, to=kim.id, text=text)
    consultation.answer(kim, number, "Frag nach der Schwester.\nUnd danach, wer sonst noch da ist.")
    return kim


def a_chat(alias: str = "Mara") -> Chat:
    return world.chat(the_team(), a_counsellor(alias), nickname="Blauer Bus")


def page_of(actor: Actor) -> Client:
    return browser_of(actor, page=True)


def at(name: str, *args: Any) -> str:
    return reverse(f"panel:{name}", args=args)


def put(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(at(name, *args), data)


def seeker_of(chat: Chat) -> Client:
    client = Client()
    client.cookies[settings.SEEKER_COOKIE_NAME] = access.redeem_code(access.issue_code(chat.seeker)) or ""
    return client
