"""A link or code that the counsellor brings, such as the nine characters of RED connect: we ask that system nothing."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain.rooms import Door, NotYet, Role, RoomProblem, Talk, lines
from counselling.errors import Invalid, TooLong

LONGEST: Final = 1000
_CODE: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 -]{2,38})[A-Za-z0-9]")
_NEITHER: Final = _(
    "Ein Link beginnt mit https:// und enthält keine Zugangsdaten. Ein Code hat Buchstaben und Ziffern."
)
_LENGTH: Final = _("Das ist zu lang für einen Link.")


@dataclass(frozen=True, slots=True)
class Pasted:
    """`address`: where codes are typed in, if the team has such a place."""

    address: str = ""

    def prepare(self, meeting: Talk, role: Role, alias: str) -> Door:  # noqa: ARG002 -- one link for both
        """What was pasted for this meeting. Raises NotYet."""
        if "url" in meeting.memory:
            return Door(url=meeting.memory["url"], note="lasting")
        if "code" in meeting.memory:
            return Door(
                url=lines.base(self.address) if self.address else "", code=meeting.memory["code"], note="lasting"
            )
        raise NotYet

    def check(self) -> str | Promise:
        """Nobody is asked; the address has to be one."""
        if self.address:
            lines.base(self.address)
        return _("Hier gibt es nichts zu prüfen: Link oder Code legt die Beratung zu jedem Gespräch selbst hinein.")


def read(text: str) -> dict[str, str]:
    """A pasted link or code as it is remembered. Raises Invalid, TooLong."""
    text = text.strip()
    if len(text) > LONGEST:
        raise TooLong(_LENGTH)
    if _CODE.fullmatch(text):
        return {"code": text}
    try:
        parts = urlsplit(text)
        lines.base(f"{parts.scheme}://{parts.netloc}")
    except (RoomProblem, ValueError):
        raise Invalid(_NEITHER) from None
    if not text.isprintable() or any(sign in text for sign in ' <>"\\^`{|}'):
        raise Invalid(_NEITHER)
    return {"url": text}
