"""A Jitsi of one's own, entered with a short-lived HS256 token (domain.md section 5).

The token is good for one room for ten minutes. Prosody needs `token_affiliation` for counsellors to be moderators, and
must let nobody in without a token; both stand in docs/centre.md.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import jwt
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain.rooms import Door, Role, RoomRefused, Talk, lines, new_room
from blended.domain.rooms.lines import Question

VALID: Final = timedelta(minutes=10)
SKEW: Final = timedelta(seconds=30)  # of the other server's clock
SHORTEST_SECRET: Final = 32  # bytes: RFC 7518, section 3.2
AFFILIATION: Final = {"host": "owner", "guest": "member"}
CAMERA_OFF: Final = "config.startWithVideoMuted=true"


@dataclass(frozen=True, slots=True)
class Jitsi:
    """`app_id` and `secret` as in Prosody's configuration."""

    address: str
    app_id: str
    secret: str = field(repr=False)

    def prepare(self, meeting: Talk, role: Role, alias: str) -> Door:
        """Whether the server is there is asked first: a link to a dead page would leave somebody alone with it."""
        base = lines.base(self.address)
        if not self.app_id or len(self.secret.encode()) < SHORTEST_SECRET:
            raise RoomRefused("config")
        self._knock()
        room = meeting.memory.setdefault("room", new_room())
        token = jwt.encode(self._claims(room, role, alias, meeting.ends_at), self.secret, algorithm="HS256")
        return Door(url=f"{base}/{room}?jwt={token}#{CAMERA_OFF}")

    def check(self) -> str | Promise:
        """The secret is only used between browser and server: nobody can try it out from here."""
        self._knock()
        return _("Das System antwortet. Ob App-ID und Schlüssel stimmen, zeigt sich erst beim Betreten eines Raums.")

    def _knock(self) -> None:
        answer = lines.ask(Question(f"{lines.base(self.address)}/config.js", "HEAD", again=True))
        if answer.status != 200:  # noqa: PLR2004 -- HTTP's
            raise RoomRefused("answer")

    def _claims(self, room: str, role: Role, alias: str, ends_at: datetime) -> dict[str, object]:
        """`room` is never "*"; Prosody refuses fields of `user` that are no texts."""
        now = timezone.now()
        user = {"id": new_room(), "name": alias, "affiliation": AFFILIATION[role]}
        return {
            "aud": "jitsi",
            "iss": self.app_id,
            "sub": urlsplit(self.address).hostname,
            "room": room,
            "nbf": int((now - SKEW).timestamp()),
            "exp": int(min(now + VALID, ends_at).timestamp()),
            "context": {"user": user},
        }
