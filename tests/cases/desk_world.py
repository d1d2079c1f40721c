"""The desk from outside: browsers of staff, wishes as the scripts send them, refusals as they read them."""

import json
from typing import Any

from django.test import Client
from django.urls import reverse

from counselling.centre import defaults
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import key_rings, world

PASSWORD = "drei-Worte-und-mehr"
JSON = {"Accept": "application/json"}


def the_team() -> Team:
    """One team behind the door, with the centre's topics."""
    if Team.objects.exists():
        return Team.objects.get()
    defaults.ensure()
    return world.team()


def a_counsellor(alias: str = "Mara", *, capacity: int = 5) -> Actor:
    return world.counsellor(the_team(), alias, capacity=capacity)


def somebody(role: str) -> Actor:
    return world.staff(the_team(), "Andere", role)


def browser_of(actor: Actor | None, *, csrf: bool = False, page: bool = False) -> Client:
    """A browser of the desk's scripts, which ask for JSON; or one that looks at pages."""
    client = Client(enforce_csrf_checks=csrf, headers={} if page else JSON)
    if actor:
        key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def send(client: Client, name: str, **data: Any) -> Any:
    """A POST as the scripts send it."""
    return client.post(reverse(f"cases:{name}"), json.dumps(data, default=str), content_type="application/json")


def error_of(response: Any) -> tuple[int, str]:
    """(status, code) of a refusal."""
    return response.status_code, response.json()["error"]["code"]
