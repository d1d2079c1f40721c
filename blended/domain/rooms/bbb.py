"""BigBlueButton: every question carries a checksum over its own bytes and the shared secret (domain.md section 5).

`create` before each join: it changes nothing when the room is there, and rooms without users end after five minutes.
A link made by `join` names the room's `createTime`, so that it opens this room and no later one.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Final
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain.rooms import Door, Role, RoomDown, RoomRefused, Talk, lines, new_room
from blended.domain.rooms.lines import Question

HASHES: Final = ("sha1", "sha256", "sha384", "sha512")
ROLES: Final = {"host": "MODERATOR", "guest": "VIEWER"}
NAME: Final = "Termin"  # BigBlueButton wants one; it shows in the room
MOST: Final = 3  # the two, and one of them coming back before the room noticed that they had gone
DISABLED: Final = (
    "learningDashboard",
    "learningDashboardDownloadSessionData",
    "breakoutRooms",
    "captions",
    "liveTranscription",
    "externalVideos",
    "sharedNotes",
)


@dataclass(frozen=True, slots=True)
class BigBlueButton:
    """`address` up to and with `/bigbluebutton`; `secret` and `algorithm` as `bbb-conf --secret` tells."""

    address: str
    secret: str = field(repr=False)
    algorithm: str = "sha256"

    def prepare(self, meeting: Talk, role: Role, alias: str) -> Door:
        """The room, and a link for one person; the young person waits until the counsellor lets them in."""
        made_at = self._create(meeting)
        parameters = {
            "fullName": alias,
            "meetingID": meeting.memory["id"],
            "role": ROLES[role],
            "createTime": made_at,
        }
        if role == "guest":
            parameters["guest"] = "true"
        return Door(url=self.signed("join", parameters))

    def check(self) -> str | Promise:
        """A question about a room that never was: its answer shows that address, secret and checksum fit."""
        answer = self._asked("isMeetingRunning", {"meetingID": new_room()}, lines.until())
        if answer.get("returncode") != "SUCCESS":
            raise RoomRefused(_reason(answer))
        return _("Das System antwortet und erkennt den Schlüssel an. Räume können angelegt werden.")

    def signed(self, call: str, parameters: Mapping[str, str]) -> str:
        """The address of one call; the query is hashed and sent as the same bytes."""
        if self.algorithm not in HASHES or not self.secret:
            raise RoomRefused("config")
        query = urlencode(parameters)
        checksum = hashlib.new(self.algorithm, f"{call}{query}{self.secret}".encode()).hexdigest()
        return f"{lines.base(self.address).removesuffix('/api')}/api/{call}?{query}&checksum={checksum}"

    def _create(self, meeting: Talk) -> str:
        """When the room was made, as the server counts it. A name that is taken (by whomever) is given up, once."""
        deadline = lines.until()
        for _attempt in range(2):
            if "id" not in meeting.memory:
                meeting.memory |= {"id": new_room(), "host": secrets.token_hex(16), "guest": secrets.token_hex(16)}
            answer = self._asked("create", self._room(meeting), deadline)
            made_at = answer.get("createTime", "")
            if answer.get("returncode") == "SUCCESS" and made_at.isascii() and made_at.isdigit():
                return made_at
            if answer.get("messageKey") != "idNotUnique":
                raise RoomRefused(_reason(answer))
            meeting.memory.clear()
        raise RoomDown("failing")

    def _room(self, meeting: Talk) -> dict[str, str]:
        """Passwords are old-fashioned, but without the same ones a second `create` is a quarrel about the id."""
        minutes = max(1, ceil((meeting.ends_at - timezone.now()).total_seconds() / 60))
        return {
            "name": NAME,
            "meetingID": meeting.memory["id"],
            "attendeePW": meeting.memory["guest"],
            "moderatorPW": meeting.memory["host"],
            "record": "false",
            "allowStartStopRecording": "false",
            "autoStartRecording": "false",
            "meetingKeepEvents": "false",
            "guestPolicy": "ASK_MODERATOR",
            "maxParticipants": str(MOST),
            "duration": str(minutes),
            "endWhenNoModerator": "true",
            "logoutURL": f"{settings.ORIGINS[0]}/",
            "disabledFeatures": ",".join(DISABLED),
        }

    def _asked(self, call: str, parameters: Mapping[str, str], deadline: float) -> dict[str, str]:
        answer = lines.ask(Question(self.signed(call, parameters), again=True), deadline)
        if answer.status != 200:  # noqa: PLR2004 -- HTTP's
            raise RoomRefused("answer")
        return parsed(answer.body)


def parsed(body: bytes) -> dict[str, str]:
    """The fields of `<response>`. No entities, no DTD: raises RoomRefused for what is no such answer."""
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise RoomRefused("answer") from None
    if root.tag != "response":
        raise RoomRefused("answer")
    return {child.tag: (child.text or "").strip() for child in root}


def _reason(answer: Mapping[str, str]) -> str:
    return "secret" if answer.get("messageKey") == "checksumError" else "answer"
