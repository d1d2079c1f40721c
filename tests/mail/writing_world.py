"""A counsellor at a case's page: browsers, forms as they are posted, and what stands in the composer."""

import re
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from counselling.cases.domain import posting
from counselling.cases.domain.timeline import Line
from counselling.mail.domain import letters, second_look
from counselling.mail.models import File, FileChunk
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import key_rings, world
from tests.support import letters as post


def browser(actor: Actor | None) -> Client:
    """A browser that looks at pages."""
    client = Client()
    if actor:
        key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def sheet(actor: Actor, case: UUID) -> dict[str, Any]:
    """The hidden fields of the composer as the page would draw it now."""
    known = letters.unsent(actor, case)
    return {"letter": str(known.id), "version": known.version} if known else {"version": 0}


def write(client: Client, case: UUID, step: str, text: str = "", **more: Any) -> Any:
    """One button of the composer."""
    return client.post(reverse("mail:case_write", args=[case]), {"step": step, "text": text, **more})


def page(client: Client, case: UUID, **query: Any) -> Any:
    """The case's page."""
    return client.get(reverse("mail:case", args=[case]), query)


def say(actor: Actor, case: UUID, text: str) -> None:
    """A message of a chat."""
    world.written(posting.commit([world.post(actor, case, text)])[0])


def letters_of(case: UUID) -> list[str | None]:
    """The texts of the letters in order."""
    return [line.text for line in lines(case) if line.kind == "letter"]


def lines(case: UUID) -> list[Line]:
    """The whole timeline."""
    return world.lines(case)


def everything(chat: world.Chat) -> None:
    """A letter that is begun, with a file, shown to a colleague who said something."""
    kept = letters.keep(chat.counsellor, chat.case, "Liebe Otter,", version=0)
    seat, now = world.seat_of(chat.counsellor, chat.case), timezone.now()
    colleague = world.counsellor(Team.objects.get(staff=chat.counsellor.id), "Gegenleserin")
    look = second_look.share(chat.counsellor, chat.case, reader=colleague.id)
    second_look.remark(colleague, look, "Schön geschrieben.")
    file = File.objects.create(
        case_id=chat.case,
        letter=kept.id,
        seat=seat,
        role=seat.role,
        name=b"a sealed name of a file " * 3,
        media=File.Media.PNG,
        size=1,
        complete=True,
        at=now,
    )
    FileChunk.objects.create(file=file, number=0, sealed=b"a sealed chunk of a file " * 3)


def linde() -> Actor:
    """A counsellor of a team that is open."""
    return world.counsellor(world.team(), "Linde")


def team_of(actor: Actor) -> Team:
    return Team.objects.get(staff=actor.id)


def claimed(actor: Actor) -> UUID:
    """A case of letters that is theirs."""
    return post.claimed(team_of(actor), actor).case


def in_composer(response: Any) -> str:
    """What the composer shows."""
    found = re.search(r'data-testid="compose-text"[^>]*>\n(.*?)</textarea>', response.content.decode(), re.DOTALL)
    assert found
    return found[1]
