"""Fill a fresh server for tests and benchmark through the domain, and print who can come in, as one line of JSON.

    python -m tests.support.seed --pairs 50 [--per-counsellor 1] [--waiting 10]

{"seeker_cookie": name, "staff_cookie": name,
 "pairs": [{"case", "seeker": token, "counsellor": cookies, "alias"}], "waiting": [{"case", "seeker"}]}
"""

import argparse
import datetime as dt
import json
from typing import Any
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import opening, queue  # noqa: E402
from counselling.cases.domain.facts import FactsInput  # noqa: E402
from counselling.centre.models import OpeningHour  # noqa: E402
from counselling.people.domain import access, presence, sessions  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from tests.support import key_rings  # noqa: E402


def open_team() -> Team:
    """A team that is open now and for hours."""
    team, _ = Team.objects.get_or_create(slug="test", defaults={"name": "Aaa Test"})
    today = timezone.localdate().weekday()
    for weekday in {today, (today + 1) % 7}:
        OpeningHour.objects.get_or_create(
            team=team, channel="chat", weekday=weekday, opens=dt.time(0), closes=dt.time(0)
        )
    return team


def counsellor(team: Team, number: int, chats: int) -> tuple[Actor, str]:
    """Somebody who is here, with room for so many chats; with their session's key."""
    staff = Staff(username=f"test{number}", alias=f"Test {number}", languages=["de"], capacity=chats)
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staff.teams.add(team)
    private = key_rings.enrol(staff)
    actor, cookies = sign_in(staff, private)
    presence.set_status(actor, "here")
    return actor, cookies


def sign_in(staff: Staff, private: bytes | None) -> tuple[Actor, str]:
    """A session, and its two cookies as they follow the first one's name in a Cookie header."""
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.create()
    actor, token = sessions.begin(staff, session.session_key or "", private)
    return actor, f"{session.session_key}; {settings.VAULT_COOKIE_NAME}={token}"


def waiting(team: Team, number: int) -> dict[str, str]:
    """A young person in the queue."""
    actor, token = access.new_seeker()
    case = opening.begin_chat(actor, team_id=team.pk, nickname=f"Otter {number}", facts=FactsInput(), language="de")
    return {"case": str(case), "seeker": token}


def pairs(team: Team, count: int, per_counsellor: int) -> list[dict[str, str]]:
    """Chats that run already."""
    seated: list[dict[str, str]] = []
    first = Staff.objects.count()
    for number in range(count):
        if number % per_counsellor == 0:
            actor, session = counsellor(team, first + number, per_counsellor)
        pair = waiting(team, number)
        queue.claim(actor, UUID(pair["case"]))
        seated.append({**pair, "counsellor": session, "alias": actor.alias})
    return seated


def seed(words: argparse.Namespace) -> dict[str, Any]:
    """What was asked for."""
    team = open_team()
    seated = pairs(team, words.pairs, words.per_counsellor)
    if not seated:
        counsellor(team, Staff.objects.count(), 1)
    return {
        "seeker_cookie": settings.SEEKER_COOKIE_NAME,
        "staff_cookie": settings.SESSION_COOKIE_NAME,
        "pairs": seated,
        "waiting": [waiting(team, number) for number in range(words.waiting)],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--per-counsellor", type=int, default=1)
    parser.add_argument("--waiting", type=int, default=0)
    print(json.dumps(seed(parser.parse_args())))
