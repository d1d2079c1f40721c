"""Changes of channel for tests: what stands in the tables, and a clock that goes on."""

from datetime import timedelta
from uuid import UUID

from blended.models import JointText, MediaChange
from counselling.cases.models import CountRow
from counselling.people.domain import passphrases
from tests.support.letters import WORDS
from tests.support.world import Chat


def row(change: UUID) -> MediaChange:
    return MediaChange.objects.get(pk=change)


def keep(chat: Chat) -> None:
    """The young person can come back."""
    passphrases.keep(chat.seeker, f"Otter {chat.case.hex[:6]}", WORDS)


def later(change: UUID, **span: float) -> None:
    """So much time goes by after a proposal or its answer."""
    found = row(change)
    found.at -= timedelta(**span)
    if found.answered_at:
        found.answered_at -= timedelta(**span)
    found.save(update_fields=["at", "answered_at"])


def counted(event: str = "media_change") -> list[dict[str, object]]:
    """The codes of these count rows that tell of a change."""
    names = ("from", "to", "proposed_by", "reason", "phase")
    rows = CountRow.objects.filter(event=event).order_by("pk")
    return [{name: one.codes[name] for name in names} for one in rows]


def joint(case: UUID) -> JointText:
    return JointText.objects.filter(case=case).latest("at")
