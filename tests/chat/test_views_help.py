"""Who helps now, on every page of a young person's way: numbers that call and sites that open when tapped."""

import re
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from django.conf import settings
from django.test import Client

from counselling.cases.domain import closing, queue
from counselling.cases.domain.facts import FactsInput
from counselling.centre import defaults
from counselling.centre.domain import help_store
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world

pytestmark = pytest.mark.django_db

CARD: Final = re.compile(r'<section class="card helpers".*?</section>', re.DOTALL)
STRIP: Final = re.compile(r'<aside class="strip.*?</aside>', re.DOTALL)
HELD_BACK: Final = re.compile(r'<div data-help-first[^>]* hidden>\s*<section class="card helpers"')
LINK: Final = re.compile(r'<a [^>]*?href="([^"]*)"')


@pytest.fixture
def team() -> Iterator[Team]:
    """A centre with the contacts that every installation begins with."""
    defaults.ensure()
    help_store.forget()
    yield world.team("Ahorn")
    help_store.forget()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


@pytest.fixture
def otter(team: Team, linde: Actor, client: Client) -> world.Waiter:
    """Somebody who can hardly bear it and waits; `client` is their browser."""
    actor, token = access.new_seeker()
    client.cookies[settings.SEEKER_COOKIE_NAME] = token
    return world.waiting(team, seeker=actor, facts=FactsInput(strain=5))


def cards(page: str) -> list[list[str]]:
    """Where the taps of each block of helpers lead, the way to all of them left out."""
    found = [LINK.findall(card) for card in CARD.findall(page)]
    assert all(links[-1] == "/help/" for links in found)
    return [links[:-1] for links in found]


def helps(links: list[str]) -> bool:
    """112 first, then at least somebody to call and somebody to write to, each one tap away."""
    return (
        links[0] == "tel:112"
        and any(re.fullmatch(r"tel:\d+", link) for link in links[1:])
        and any(re.fullmatch(r"https://[\w.-]+", link) for link in links)
        and all(re.fullmatch(r"tel:\d+|https://[\w.-]+", link) for link in links)
    )


def waiting_part(page: str) -> str:
    """What the room shows while somebody waits: all before the conversation."""
    return page[page.index('<section class="page stack" data-views="waiting called"') : page.index('class="chat"')]


def closed_door(client: Client, otter: world.Waiter, linde: Actor) -> str:
    world.close_hours(Team.objects.get())
    return Client().get("/chat/start/").content.decode()


def left(client: Client, otter: world.Waiter, linde: Actor) -> str:
    client.post("/chat/leave/")
    return client.get("/chat/").content.decode()


def talked(client: Client, otter: world.Waiter, linde: Actor) -> str:
    queue.claim(linde, otter.case)
    closing.end(otter.seeker, otter.case)
    return client.get("/chat/").content.decode()


def read(client: Client, otter: world.Waiter, linde: Actor) -> str:
    talked(client, otter, linde)
    return client.get("/mine/read/").content.decode()


def deleted(client: Client, otter: world.Waiter, linde: Actor) -> str:
    return client.post("/mine/delete/", {"sure": "1"}).content.decode()


@pytest.mark.parametrize("page_of", [closed_door, left, talked, read, deleted])
def test_helpers_are_one_tap_away(
    client: Client, otter: world.Waiter, linde: Actor, page_of: Callable[[Client, world.Waiter, Actor], str]
) -> None:
    found = cards(page_of(client, otter, linde))
    assert found
    assert all(helps(links) for links in found), found


def test_who_can_hardly_bear_it_meets_working_help_before_anything_else(client: Client, linde: Actor) -> None:
    page = client.post("/chat/start/", {"step": "name", "nickname": "Stiller Otter"}).content.decode()
    assert [helps(links) for links in cards(page)] == [True]
    assert page.index('class="facts-urgent"') < page.index("<h1>") < page.index('name="strain"')


def test_who_is_urgent_meets_working_help_before_the_rest_of_their_waiting(client: Client, otter: world.Waiter) -> None:
    waiting = waiting_part(client.get("/chat/").content.decode())
    assert [helps(links) for links in cards(waiting)] == [True]
    assert waiting.index('class="card helpers"') < waiting.index('id="first"')


def test_who_is_not_urgent_is_not_frightened(client: Client, team: Team, linde: Actor) -> None:
    actor, token = access.new_seeker()
    client.cookies[settings.SEEKER_COOKIE_NAME] = token
    waiter = world.waiting(team, seeker=actor)
    page = waiting_part(client.get("/chat/").content.decode())
    assert (len(cards(page)), len(HELD_BACK.findall(page))) == (1, 1)  # there, and not shown

    world.say(waiter.seeker, waiter.case, "Ich will nicht mehr leben.")
    page = waiting_part(client.get("/chat/").content.decode())
    assert (len(cards(page)), len(HELD_BACK.findall(page))) == (1, 0)


@pytest.mark.parametrize("page_of", [left, talked])
def test_numbers_stand_below_a_room_that_is_over(
    client: Client, otter: world.Waiter, linde: Actor, page_of: Callable[[Client, world.Waiter, Actor], str]
) -> None:
    page = page_of(client, otter, linde)
    strip = page[page.rindex('<div class="contents" data-views', 0, page.index('class="strip strip-sticky"')) :]
    assert strip.startswith('<div class="contents" data-views="waiting called ended closed">')
    assert "tel:112" in LINK.findall(STRIP.findall(strip)[0])
