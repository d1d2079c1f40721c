"""A case as its counsellor reads it on one page: whose it is, until when an answer is due, timeline, letter begun.

A constant number of queries, however long the timeline is.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from counselling.cases.domain import keys, seats, timeline, trail
from counselling.cases.domain.timeline import Line
from counselling.cases.models import Case, Entry, Role
from counselling.mail.domain import letters, lights
from counselling.mail.domain.letters import Unsent
from counselling.mail.domain.lights import Light
from counselling.mail.models import Correspondence
from counselling.people.domain.actors import Actor

PAGE = 50


@dataclass(frozen=True)
class CasePage:
    """One page of a case. `keeper` is an alias, "" where nobody answers its letters.

    `end`: the last seq there was. `earlier`: the seq to ask before for older lines, 0 at the beginning. `is_newest`:
    nothing comes after this page. `read_to`: how far I had read before this page; `read_by_them`: the young person.
    """

    id: UUID
    team: UUID
    team_name: str
    nickname: str
    state: str
    by_letter: bool
    keeper: str
    is_keeper: bool
    role: str
    opened_at: datetime
    light: Light | None
    urgent: bool
    hinted: bool
    lines: list[Line] = field(repr=False)
    earlier: int
    is_newest: bool
    end: int
    read_to: int
    read_by_them: int
    unsent: Unsent | None

    @property
    def letters(self) -> list[UUID]:
        """The ids of the letters on this page."""
        return [line.client_id for line in self.lines if line.kind == "letter" and line.client_id]

    @property
    def writes(self) -> bool:
        """Whether I may write letters here, now or once a chat is over."""
        return self.role == "counsellor" and self.state != Case.State.CLOSED

    @property
    def quotes(self) -> bool:
        """Whether a composer is open that a passage can be put into."""
        return self.writes and not (self.unsent and self.unsent.send_at)

    @property
    def sends(self) -> bool:
        """Whether a letter of mine would go out now."""
        return self.writes and self.state == Case.State.LETTERS


def of_case(actor: Actor, case_id: UUID, *, before: int | None = None) -> CasePage:
    """The newest lines, or those before a seq; opening the newest ones marks them as read, and is audited.

    Raises NotFound, NotAllowed (audited as well), Locked.
    """
    actor.require_counsellor()
    seat = seats.seated(actor, case_id)
    key = keys.case_key(actor, case_id)
    trail.opened(actor, seat.case)
    case = Case.objects.select_related("keeper", "team").get(pk=case_id)
    end = min(before or case.last_seq + 1, case.last_seq + 1)
    start = max(0, end - 1 - PAGE)
    lines = timeline.since(case_id, key, start, end - 1 - start) if end > 1 else []
    is_newest = end > case.last_seq
    read_by_them = timeline.marks(case_id)["seeker"]
    if is_newest:
        seats.mark_read(actor, case_id, case.last_seq)
    waits = Correspondence.objects.filter(case=case_id).first() if case.unanswered_since else None
    return CasePage(
        id=case_id,
        team=case.team_id,
        team_name=case.team.name,
        nickname=keys.nickname(case, key),
        state=case.state,
        by_letter=case.by_letter,
        keeper=case.keeper.alias if case.keeper else "",
        is_keeper=case.keeper_id == actor.id,
        role=seats.ROLE_NAMES[Role(seat.role)],
        opened_at=case.opened_at,
        light=lights.of(waits.due_at, timezone.now()) if waits else None,
        urgent=bool(waits and waits.urgent),
        hinted=bool(waits and waits.hinted),
        lines=lines,
        earlier=start + 1 if start else 0,
        is_newest=is_newest,
        end=case.last_seq,
        read_to=seat.read_seq,
        read_by_them=read_by_them,
        unsent=letters.unsent(actor, case_id),
    )


def quoted(actor: Actor, case_id: UUID, seq: int) -> str:
    """One letter or message of this case, each of its lines after "> "; "" where there is none to read.

    Raises NotFound, NotAllowed, Locked.
    """
    actor.require_counsellor()
    seats.seated(actor, case_id)
    lines = timeline.since(case_id, keys.case_key(actor, case_id), max(0, seq - 1), 1)
    text = next((line.text for line in lines if line.seq == seq and line.text), "")
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def wrote_since(actor: Actor, case_id: UUID, seq: int, letter: UUID) -> bool:
    """Whether the young person wrote after this seq, and my letter is not sent yet: who answers should know it first.

    Raises NotFound, NotAllowed.
    """
    actor.require_counsellor()
    seats.seated(actor, case_id)
    said = Entry.objects.filter(case=case_id, kind__in=timeline.SPOKEN)
    return (
        said.filter(role=Role.SEEKER, seq__gt=seq).exists()
        and not said.filter(client_id=letter, seat__staff=actor.id).exists()
    )


def values(case: CasePage, actor: Actor, day: str) -> dict[str, str]:
    """What the placeholders of text modules stand for in this case; `day` is today in the reader's words."""
    return {"nickname": case.nickname, "counsellor": actor.alias, "team": case.team_name, "day": day}
