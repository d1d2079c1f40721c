"""Webex Meetings by its REST interface (domain.md section 5): one meeting per conversation, joined as a guest.

Making a meeting twice makes two, so nothing is asked again that may have been heard.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain.rooms import Door, Role, RoomRefused, Talk, lines
from blended.domain.rooms.lines import Question

ADDRESS: Final = "https://webexapis.com"
TITLE: Final = "Termin"
SOON: Final = timedelta(minutes=1)  # a meeting that began already is refused
SHORTEST: Final = timedelta(minutes=10)
LONGEST_LINK: Final = 2000
REASONS: Final = {401: "secret", 403: "rights", 404: "address"}


@dataclass(frozen=True, slots=True)
class Webex:
    """`token`: of a service app or an account that may schedule meetings."""

    token: str = field(repr=False)
    address: str = ADDRESS

    def prepare(self, meeting: Talk, role: Role, alias: str) -> Door:  # noqa: ARG002 -- Webex asks guests itself
        """Made by whoever comes first; both use the same link, and guests wait in the lobby."""
        if "link" not in meeting.memory:
            meeting.memory |= self._make(meeting)
        return Door(url=meeting.memory["link"], code=meeting.memory["password"], note="lasting")

    def check(self) -> str | Promise:
        """Reading needs a right of its own, so that a token may fit although this is refused."""
        question = Question(f"{lines.base(self.address)}/v1/meetings?max=1", headers=self._headers(), again=True)
        _fields(lines.ask(question))
        return _("Webex antwortet und erkennt den Schlüssel an.")

    def _make(self, meeting: Talk) -> dict[str, str]:
        wanted = json.dumps(_wanted(meeting, timezone.now())).encode()
        headers = self._headers() | {"Content-Type": "application/json"}
        question = Question(f"{lines.base(self.address)}/v1/meetings", "POST", headers, wanted)
        made = _fields(lines.ask(question))
        link, password = made.get("webLink"), made.get("password", "")
        if not isinstance(link, str) or not isinstance(password, str) or not _is_of_webex(link):
            raise RoomRefused("answer")
        return {"link": link, "password": password}

    def _headers(self) -> dict[str, str]:
        if not self.token or not self.token.isascii() or not self.token.isprintable():
            raise RoomRefused("config")
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}


def _wanted(meeting: Talk, now: datetime) -> dict[str, Any]:
    """What Webex is told: times, and that nothing is recorded, listed or mailed."""
    start = max(meeting.opens_at, now + SOON)
    return {
        "title": TITLE,
        "start": _stamp(start),
        "end": _stamp(max(meeting.ends_at, start + SHORTEST)),
        "timezone": "UTC",
        "enabledAutoRecordMeeting": False,
        "enabledJoinBeforeHost": False,
        "unlockedMeetingJoinSecurity": "allowJoinWithLobby",
        "publicMeeting": False,
        "sendEmail": False,
    }


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _fields(answer: lines.Answer) -> dict[str, Any]:
    if answer.status != 200:  # noqa: PLR2004 -- HTTP's
        raise RoomRefused(REASONS.get(answer.status, "answer"))
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise RoomRefused("answer") from None
    if not isinstance(found, dict):
        raise RoomRefused("answer")
    return found


def _is_of_webex(link: str) -> bool:
    """Young people are led to Webex and nowhere else, whatever an answer says."""
    try:
        host = urlsplit(lines.base(link.partition("?")[0])).hostname or ""
    except RoomRefused:
        return False
    return len(link) <= LONGEST_LINK and link.isascii() and link.isprintable() and host.endswith(".webex.com")
