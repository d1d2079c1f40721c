"""Calls for tests: a meeting of a running chat, its two pages, and what a browser would say."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from blended.domain import meetings, signalling
from blended.domain.meetings import Entered
from blended.models import Appointment, Meeting, Signal
from counselling.cases.domain import seats
from counselling.cases.domain.calls import News, Place
from counselling.people.domain.actors import Actor
from tests.support.world import Chat

RELAYED = "candidate:842163049 1 udp 41885439 198.51.100.7 50084 typ relay raddr 203.0.113.5 rport 40123 generation 0"
HOST = "candidate:842163049 1 udp 2122260223 192.168.178.23 54321 typ host generation 0"
REFLEXIVE = "candidate:842163050 1 udp 1686052607 203.0.113.5 54321 typ srflx raddr 192.168.178.23 rport 54321"
DESCRIPTION = "\r\n".join(
    (
        "v=0",
        "o=alice 7571930185240086473 2 IN IP4 192.168.178.23",
        "s=Mein Name ist Lena",
        "i=und ich wohne hier",
        "c=IN IP4 203.0.113.5",
        "t=0 0",
        "a=group:BUNDLE 0",
        "a=ice-lite",
        "a=x-geheim:ein Text",
        "m=audio 54321 UDP/TLS/RTP/SAVPF 111 0",
        "c=IN IP4 203.0.113.5",
        "b=AS:64",
        "a=rtcp:54322 IN IP4 203.0.113.5",
        f"a={HOST}",
        f"a={REFLEXIVE}",
        f"a={RELAYED}",
        "a=end-of-candidates",
        "a=ice-ufrag:BW1B",
        "a=fingerprint:sha-256 E6:11:89:B5",
        "a=rtpmap:111 opus/48000/2",
        "m=video 0 UDP/TLS/RTP/SAVPF 96",
        "",
    )
)
CLEAN = """v=0
o=- 7571930185240086473 2 IN IP4 0.0.0.0
s=-
c=IN IP4 0.0.0.0
t=0 0
a=group:BUNDLE 0
a=ice-lite
m=audio 9 UDP/TLS/RTP/SAVPF 111 0
c=IN IP4 0.0.0.0
b=AS:64
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:842163049 1 udp 41885439 198.51.100.7 50084 typ relay raddr 0.0.0.0 rport 0 generation 0
a=end-of-candidates
a=ice-ufrag:BW1B
a=fingerprint:sha-256 E6:11:89:B5
a=rtpmap:111 opus/48000/2
m=video 0 UDP/TLS/RTP/SAVPF 96
""".replace("\n", "\r\n")


@dataclass
class Side:
    """Somebody in a meeting with one page."""

    actor: Actor
    case: UUID
    meeting: UUID
    page: UUID
    heard: int = 0

    @property
    def place(self) -> Place:
        """Where they take part."""
        return Place(self.case, self.meeting, self.page)

    def enter(self) -> Entered:
        """Press "beitreten"."""
        return meetings.enter(self.actor, self.meeting, self.page)

    def stands(self) -> str:
        """How it stands for this page."""
        return meetings.here(self.actor, self.meeting, self.page)[1]

    def say(self, to: "Side", kind: str = "hello", **more: Any) -> None:
        """A signal for the other page."""
        signalling.accept(self.actor, self.place, body(kind, to.page, **more))

    def news(self) -> News:
        """What is new, once."""
        news = signalling.since(self.actor, self.place, self.heard)
        self.heard = max([self.heard, *(signal.n for signal in news.signals)])
        return news

    def hears(self) -> list[str]:
        """The kinds of what is new."""
        return [signal.body["kind"] for signal in self.news().signals]

    def elsewhere(self) -> "Side":
        """The same person in another window."""
        return Side(self.actor, self.case, self.meeting, uuid.uuid4())


def body(kind: str, to: UUID, **more: Any) -> dict[str, Any]:
    """What a page of ours would send."""
    fields: dict[str, dict[str, Any]] = {
        "offer": {"sdp": DESCRIPTION},
        "answer": {"sdp": DESCRIPTION},
        "candidate": {"candidate": RELAYED, "mid": "0", "line": 0},
        "state": {"microphone": True, "camera": False, "screen": False},
    }
    session = "5a0e2c4e-58a9-4a5c-93a5-6a0a6a0f6a11"
    return {"kind": kind, "to": str(to), "session": session, **fields.get(kind, {}), **more}


def begin(case: UUID, kind: str = "voice") -> UUID:
    """As when both agreed to talk."""
    with transaction.atomic():
        return meetings.begin_now(seats.lock(case), kind).pk


def two(chat: Chat, kind: str = "voice") -> tuple[Side, Side]:
    """The young person and the counsellor of a spontaneous call; nobody has joined."""
    meeting = begin(chat.case, kind)
    return tuple(Side(actor, chat.case, meeting, uuid.uuid4()) for actor in (chat.seeker, chat.counsellor))  # type: ignore[return-value]  # two


def talking(chat: Chat, kind: str = "voice") -> tuple[Side, Side]:
    """Both have joined."""
    sides = two(chat, kind)
    for side in sides:
        side.enter()
    return sides


def date(chat: Chat, *, starts_at: datetime, channel: str = "video", state: str = "agreed", minutes: int = 50) -> UUID:
    """An appointment of the two."""
    made = Appointment.objects.create(
        case_id=chat.case,
        staff_id=chat.counsellor.id,
        channel=channel,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        state=state,
        proposed_by=1,
        made_at=timezone.now(),
    )
    return made.pk


def row(meeting: UUID) -> Meeting:
    """The meeting as stored."""
    return Meeting.objects.get(pk=meeting)


def signals() -> int:
    """How many lie in the database."""
    return Signal.objects.count()
