"""People and cases for domain tests, made through the domain: nobody here knows or has more than they were given."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from counselling.cases.domain import opening, posting, queue, timeline
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.posting import Outcome, Post, Posted
from counselling.cases.models import Case, CountRow, Seat, Waiting
from counselling.centre.models import OpeningHour
from counselling.people.domain import access, presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import key_rings

NICKNAME = "Stiller Otter"


@dataclass(frozen=True)
class Waiter:
    """A young person and their case."""

    seeker: Actor
    case: UUID


@dataclass(frozen=True)
class Chat:
    """A young person and the counsellor who talks with them."""

    seeker: Actor
    counsellor: Actor
    case: UUID


def team(name: str = "Linde", *, is_open: bool = True) -> Team:
    """A team; open from yesterday to the end of tomorrow unless told otherwise. Nobody is here yet."""
    made = Team.objects.create(name=name, slug=name.lower())
    if is_open:
        open_hours(made)
    return made


def open_hours(team: Team) -> None:
    """Open yesterday, today and tomorrow, all day."""
    today = timezone.localdate().weekday()
    for day in (-1, 0, 1):
        OpeningHour.objects.create(
            team=team, channel="chat", weekday=(today + day) % 7, opens=dt.time(0), closes=dt.time(0)
        )


def close_hours(team: Team) -> None:
    """No hours any more."""
    OpeningHour.objects.filter(team=team).delete()


def staff(team: Team, alias: str, role: str = "counsellor") -> Actor:
    """Somebody of the team who is away."""
    person = Staff(username=alias.lower(), alias=alias, role=role, languages=["de"])
    person.set_unusable_password()
    person.save(force_insert=True)
    person.teams.add(team)
    return Actor.for_staff(person, f"session of {alias}", key_rings.ring(person))


def counsellor(
    team: Team, alias: str = "Mara", *, capacity: int | None = None, languages: tuple[str, ...] = ("de",)
) -> Actor:
    """A counsellor who is here."""
    actor = staff(team, alias)
    Staff.objects.filter(pk=actor.id).update(capacity=capacity, languages=list(languages))
    presence.set_status(actor, "here")
    return Actor.for_staff(Staff.objects.get(pk=actor.id), actor.access, actor.ring)


def waiting(
    team: Team,
    *,
    seeker: Actor | None = None,
    nickname: str = NICKNAME,
    facts: FactsInput | None = None,
    language: str = "de",
    present: bool = True,
    minutes: float = 0,
) -> Waiter:
    """Somebody in the queue for so many minutes, their page open unless told otherwise; somebody must be here."""
    who = seeker or access.new_seeker()[0]
    case = opening.begin_chat(who, team_id=team.pk, nickname=nickname, facts=facts or FactsInput(), language=language)
    Waiting.objects.filter(case=case).update(since=timezone.now() - dt.timedelta(minutes=minutes))
    if not present:
        queue.gone([case])
    return Waiter(who, case)


def chat(team: Team, counsellor: Actor, **more: Any) -> Chat:
    """A chat that runs: `more` is what `waiting` takes."""
    waiter = waiting(team, **more)
    queue.claim(counsellor, waiter.case)
    return Chat(waiter.seeker, counsellor, waiter.case)


def call(team: Team, counsellor: Actor, **more: Any) -> Chat:
    """Somebody absent who was called and has not come."""
    waiter = waiting(team, present=False, **more)
    queue.claim(counsellor, waiter.case)
    return Chat(waiter.seeker, counsellor, waiter.case)


def seat_of(actor: Actor, case: UUID) -> Seat:
    """The actor's open seat, without asking whether they may."""
    mine = {"role": 1} if actor.kind == "seeker" else {"staff": actor.id, "ended_at": None}
    return Seat.objects.get(case=case, **mine)


def key(case: UUID) -> bytes:
    """The case's key, as somebody with every key of its team would open it."""
    return key_rings.case_key(case)


def post(actor: Actor, case: UUID, text: str = "Hallo", client_id: UUID | None = None) -> Post:
    """A message that is not written yet."""
    seat = seat_of(actor, case)
    return Post(case, seat.pk, seat.role, client_id or uuid.uuid4(), text, key(case))


def say(actor: Actor, case: UUID, text: str = "Hallo") -> Posted:
    """A message on disk."""
    return written(posting.commit([post(actor, case, text)])[0])


def written(outcome: Outcome) -> Posted:
    """The outcome of a post that was accepted."""
    assert isinstance(outcome, Posted), repr(outcome)
    return outcome


def lines(case: UUID, after: int = 0) -> list[timeline.Line]:
    """The timeline as a seated person reads it."""
    return timeline.since(case, key(case), after, limit=10_000)


def texts(case: UUID) -> list[str | None]:
    """The texts of the messages in order."""
    return [line.text for line in lines(case) if line.kind == "message"]


def notices(case: UUID) -> list[str]:
    """The codes of the notices in order."""
    return [line.code for line in lines(case) if line.kind == "notice"]


def row(case: UUID) -> Case:
    """The case as stored."""
    return Case.objects.get(pk=case)


def place_row(case: UUID) -> Waiting:
    """The place as stored."""
    return Waiting.objects.get(case=case)


def counted() -> list[str]:
    """The events counted so far, sorted (count rows have no order)."""
    return sorted(CountRow.objects.values_list("event", flat=True))


def together(*work: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each in a thread with a database connection of its own; results or exceptions."""
    ready = threading.Barrier(len(work))

    def run(one: Callable[[], Any]) -> Any:
        try:
            ready.wait(timeout=30)
            return one()
        except Exception as problem:  # noqa: BLE001 -- the test decides what it expected
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def kinds(results: Iterable[Any]) -> list[str]:
    """The names of the results' types, sorted."""
    return sorted(type(result).__name__ for result in results)
