"""A client arrives and leaves: the same for sockets and long polls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chat import domain, frames
from chat.link import Link
from chat.pools import run_db
from chat.runtime import Runtime
from counselling.cases.domain import queue
from counselling.cases.domain.places import Place
from counselling.cases.models import Case
from counselling.people.domain.actors import Actor
from counselling.web import limits

Authenticate = Callable[[dict[str, Any]], Actor | None]


@dataclass(frozen=True)
class Visitor:
    """Who connects; `tag` is an HMAC of a seeker's address."""

    actor: Actor
    tag: str


def visitor(authenticate: Authenticate, scope: dict[str, Any]) -> Visitor | None:
    """Who comes with this scope; None for a stranger. Synchronous, asks the database and Redis."""
    actor = authenticate(scope)
    if actor is None:
        return None
    return Visitor(actor, limits.address_tag(scope) if actor.kind == "seeker" else "")


def guest(authenticate: Authenticate, scope: dict[str, Any]) -> tuple[Visitor, domain.Greeting] | None:
    """A visitor and what their connection starts with, in one hop."""
    found = visitor(authenticate, scope)
    return (found, domain.greet(found.actor)) if found else None


def join(runtime: Runtime, link: Link, greeting: domain.Greeting) -> None:
    """Register a link with its cases and teams."""
    link.cases = {UUID(case["case"]) for case in greeting.cases} if link.actor.kind == "seeker" else set()
    link.teams = greeting.teams
    runtime.hub.join(link)


async def greet(runtime: Runtime, link: Link, greeting: domain.Greeting) -> None:
    """Say welcome; a waiting seeker's arrival may begin the chat they were called to."""
    role = "seeker" if link.actor.kind == "seeker" else "counsellor"
    await link.send(frames.welcome(role, link.actor.alias, greeting.cases))
    if not runtime.relay.live:
        await link.send(frames.service(live=False))
    for case, place in await appear(link, greeting):
        await link.send(frames.waiting(case, place))


async def appear(link: Link, greeting: domain.Greeting) -> list[tuple[UUID, Place]]:
    """Note that a seeker's page is here, which begins the chat they were called to; the places of cases not running.

    Whoever was blocked while no page of theirs was connected works harder from now on.
    """
    if link.actor.kind == "staff":
        return []
    if greeting.blocked:
        await run_db(limits.make_harder, link.tag)
    resting = [UUID(case["case"]) for case in greeting.cases if case["state"] != Case.State.ACTIVE]
    return [(case, await run_db(domain.arrive, link.actor, case)) for case in resting]


async def leave(runtime: Runtime, link: Link) -> None:
    """Forget the link; the last page of a seeker is noted as gone, unless it is us who go."""
    runtime.hub.leave(link)
    if runtime.leaving:
        return
    alone = [case for case in link.cases if not runtime.hub.links_of(case)]
    if alone:
        runtime.hub.arrived.difference_update(alone)  # here and gone within one beat is gone
        runtime.hub.soon(run_db(queue.gone, alone))
