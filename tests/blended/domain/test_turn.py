"""Credentials of the relay: who has them may use it until a little after the meeting; nobody's name is in them."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from blended.domain import turn
from counselling.cases.models import Role

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
MEETING = UUID("0b8f5b3e-6a44-4f0c-8f43-7a3f4cf0a001")


def servers(
    ends_at: datetime, now: datetime = NOW, meeting: UUID = MEETING, role: int = Role.SEEKER
) -> list[turn.IceServer]:
    return turn.servers(ends_at, now, meeting=meeting, role=role)


@pytest.fixture(autouse=True)
def relay(settings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.DEMO = (
        ("turns:turn.example.org:443?transport=tcp",),
        "north",
        False,
    )


def test_password_is_the_hmac_that_coturn_computes() -> None:
    """By openssl: printf 1433895918:ice | openssl dgst -sha1 -hmac north -binary | base64."""
    assert turn.password("1433895918:ice") == "kknNLOh4HgIYoG0+LZox/gj4ZUo="


def test_credentials_end_ten_minutes_after_the_meeting() -> None:
    (server,) = servers(NOW + timedelta(minutes=50))

    until, _, rest = server["username"].partition(":")
    assert datetime.fromtimestamp(int(until), UTC) == NOW + timedelta(minutes=60)
    assert re.fullmatch(r"[0-9a-f]{16}", rest)
    assert server["urls"] == ["turns:turn.example.org:443?transport=tcp"]
    assert server["credential"] == turn.password(server["username"])


def test_credentials_last_two_hours_at_most() -> None:
    until = servers(NOW + timedelta(hours=9))[0]["username"].split(":")[0]

    assert datetime.fromtimestamp(int(until), UTC) == NOW + timedelta(hours=2)


def test_each_side_of_each_meeting_has_one_name_however_often_it_asks() -> None:
    """coturn counts its quota by what follows the colon."""
    other = UUID("0b8f5b3e-6a44-4f0c-8f43-7a3f4cf0a002")

    def names(meeting: UUID, role: int) -> set[str]:
        asked = [servers(NOW + timedelta(hours=4), NOW + timedelta(seconds=n), meeting, role) for n in range(3)]
        return {one[0]["username"].partition(":")[2] for one in asked}

    every = [names(MEETING, Role.SEEKER), names(MEETING, Role.COUNSELLOR), names(other, Role.SEEKER)]
    assert [len(name) for name in every] == [1, 1, 1]
    assert len(set.union(*every)) == 3
    assert not any(name in str(MEETING) or str(MEETING)[:8] in name for name in set.union(*every))


def test_nobody_else_can_tell_whose_a_name_is(settings) -> None:
    """It is a digest under the key file: the meeting's number alone does not lead to it."""
    mine = servers(NOW)[0]["username"].partition(":")[2]

    plain = f"{MEETING}:{int(Role.SEEKER)}".encode()
    assert mine not in {hashlib.sha256(plain).hexdigest()[:16], hmac.digest(b"north", plain, "sha256")[:8].hex()}


@pytest.mark.parametrize(("urls", "secret"), [((), "north"), (("turn:x",), "")])
def test_without_a_relay_there_are_no_calls_but_in_a_demo(settings, urls: tuple[str, ...], secret: str) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = urls, secret
    assert (turn.mode(), turn.policy(), servers(NOW)) == ("off", "relay", [])

    settings.DEMO = True
    assert (turn.mode(), turn.policy(), servers(NOW)) == ("local", "all", [])
