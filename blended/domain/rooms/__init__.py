"""Rooms of other systems behind one small interface: what an adapter is given, what it hands back, how it fails.

Formats: domain.md section 5. An adapter knows neither case nor young person: it gets a meeting's times, what was
remembered of it, on which side somebody comes, and a name that says nothing. Nothing here is ever logged.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Literal, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.errors import DomainError

Role = Literal["host", "guest"]  # the counsellor, the young person

# For counsellors and administrators: what is wrong, without an address or anything that was said.
REASONS: Final[Mapping[str, str | Promise]] = {
    "slow": _("Das andere System antwortet nicht rechtzeitig."),
    "silent": _("Das andere System ist nicht zu erreichen."),
    "failing": _("Das andere System meldet einen Fehler."),
    "busy": _("Das andere System nimmt gerade keine Anfragen an."),
    "tls": _("Das Zertifikat des anderen Systems ist nicht in Ordnung."),
    "elsewhere": _("Das andere System leitet an eine andere Adresse weiter. Dorthin wird nichts geschickt."),
    "answer": _("Unter der Adresse antwortet etwas anderes, als eingestellt ist."),
    "address": _("Die eingestellte Adresse passt nicht."),
    "secret": _("Das andere System erkennt den Schlüssel nicht an."),
    "rights": _("Der Schlüssel gilt, darf dort aber nicht alles, was nötig ist."),
    "config": _("Der andere Raum ist nicht fertig eingerichtet oder wurde inzwischen umgestellt."),
}


class RoomProblem(DomainError):
    """The other room cannot be had; `reason` is a key of REASONS. The sentence is for both sides."""

    code = "unavailable"
    status = 503
    sentence = _("Der andere Raum antwortet gerade nicht. Das liegt nicht an dir.")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    @property
    def for_staff(self) -> str | Promise:
        """What somebody can do something with."""
        return REASONS[self.reason]


class RoomDown(RoomProblem):
    """Slow, silent or failing: later it may work. `sent`: it may have been heard; `wait`: seconds it asked for."""

    def __init__(self, reason: str, *, sent: bool = True, wait: float | None = None) -> None:
        super().__init__(reason)
        self.sent, self.wait = sent, wait


class RoomRefused(RoomProblem):
    """It answers, and will go on refusing until somebody changes the configuration."""


class NotYet(DomainError):
    """The counsellor has not put the link or code there."""

    code: ClassVar[str] = "conflict"
    status: ClassVar[int] = 409
    sentence = _("Der Link ist noch nicht da. Warte kurz und versuch es dann noch einmal.")


@dataclass(frozen=True, slots=True)
class Door:
    """The way in, for one person, now. `note` is a code: fresh (made for this visit alone) or lasting."""

    url: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    note: str = "fresh"


@dataclass(slots=True)
class Talk:
    """A meeting as adapters see it. What they put into `memory` is sealed under the case key and given again."""

    opens_at: datetime
    ends_at: datetime
    memory: dict[str, str] = field(default_factory=dict, repr=False)


class Provider(Protocol):
    """One kind of room, configured for one team."""

    def prepare(self, meeting: Talk, role: Role, alias: str) -> Door:
        """Make the room if need be, and a way in. Raises RoomDown, RoomRefused, NotYet."""

    def check(self) -> str | Promise:
        """What works, in a sentence for the administrator. Raises RoomDown, RoomRefused."""


def new_room() -> str:
    """A name that nobody guesses and that says nothing: a random UUID, lower case."""
    return str(uuid.uuid4())
