"""From a Cookie header to an actor."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from chat import sessions
from counselling.people.domain import access
from counselling.people.models import AuditEntry, SeekerAccess, Staff
from tests.support import seed

pytestmark = pytest.mark.django_db


def scope(*cookies: str) -> dict[str, Any]:
    """A connection with these Cookie headers."""
    return {"headers": [(b"host", b"x"), *((b"cookie", cookie.encode("latin-1")) for cookie in cookies)]}


def seeker(token: str) -> str:
    return f"{settings.SEEKER_COOKIE_NAME}={token}"


def team(key: str) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={key}"


def test_seeker_is_known_by_their_cookie() -> None:
    actor, token = access.new_seeker()

    assert sessions.seeker(scope(seeker(token))) == actor
    assert sessions.seeker(scope("a=b; " + seeker(token) + "; c=d")) == actor
    assert sessions.seeker(scope("a=b", seeker(token))) == actor


@pytest.mark.parametrize(
    "cookies", [(), ("",), ("x",), ("a=b",), ("=",), (";;;",), ('a="',), ("\xff=\x80",), ("a=b;" * 500,)]
)
def test_other_cookies_are_nobody(cookies: tuple[str, ...]) -> None:
    assert sessions.seeker(scope(*cookies)) is None
    assert sessions.counsellor(scope(*cookies)) is None


@pytest.mark.parametrize("token", ["", "forged", "A" * 43, "A" * 5000, "%00", '"quoted"'])
def test_forged_values_are_nobody(token: str) -> None:
    access.new_seeker()

    assert sessions.seeker(scope(seeker(token))) is None
    assert sessions.counsellor(scope(team(token))) is None


def test_expired_access_is_nobody() -> None:
    _, token = access.new_seeker()
    SeekerAccess.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert sessions.seeker(scope(seeker(token))) is None


def test_return_code_is_no_cookie() -> None:
    actor, _ = access.new_seeker()

    assert sessions.seeker(scope(seeker(access.issue_code(actor)))) is None


def test_counsellor_is_known_by_their_session() -> None:
    expected, key = seed.counsellor(seed.open_team(), 1, 2)

    assert sessions.counsellor(scope(team(key))) == expected


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"role": "supervisor"}, {"role": "administrator"}, {"password": "!other"}],
    ids=lambda change: next(iter(change)),
)
def test_whoever_may_not_counsel_any_more_is_nobody(change: dict[str, Any]) -> None:
    _, key = seed.counsellor(seed.open_team(), 1, 2)
    Staff.objects.update(**change)

    assert sessions.counsellor(scope(team(key))) is None


def test_ended_session_is_nobody() -> None:
    _, key = seed.counsellor(seed.open_team(), 1, 2)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert sessions.counsellor(scope(team(key))) is None


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_line_refused_to_who_does_not_counsel_is_in_the_audit_trail(role: str) -> None:
    actor, key = seed.counsellor(seed.open_team(), 1, 2)
    Staff.objects.update(role=role)

    assert sessions.counsellor(scope(team(key))) is None

    assert list(AuditEntry.objects.values_list("event", "actor", "code")) == [("content_refused", actor.id, "socket")]
