"""A referral's summary: where it lies while both sides write it, what of it could tell who somebody is."""

import json
import re
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.models import JointText, Referral
from counselling.cases.domain import consultation, naming, timeline
from counselling.cases.models import Case
from counselling.errors import Empty, Invalid, TooLong
from counselling.people.models import Staff
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind, Unreadable

MAX_TEXT: Final = 4000
_TELLING: Final = re.compile(
    r"\b(?:Herrn?|Frau|namens|heißt|heiße|Mrs?|Ms|called)\.?\s+(?P<name>[^\W\d_a-z][\w-]+)"
    r"|(?P<account>[\w.+-]*@[\w-]+(?:\.[\w-]+)*)"
    r"|(?P<number>\+?\d[\d /-]{5,}\d)"
)
_GROUPS: Final = ("name", "account", "number")
MAX_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Content:
    """What a referral's sealed column holds. `partner`: its number in the directory, 0 for another place."""

    to: str
    partner: int = 0
    reach: str = field(default="", repr=False)  # how the organisation is reached, as it stood in the directory
    text: str = field(default="", repr=False)  # the summary, once both agreed to it


def clean(text: str) -> str:
    """Trimmed, 1-4000 characters. Raises Empty, TooLong, Invalid."""
    text = timeline.whole_characters(text).replace("\r\n", "\n").strip()
    if not text:
        raise Empty
    if len(text) > MAX_TEXT:
        raise TooLong(_("Die Zusammenfassung hat höchstens 4.000 Zeichen. Kürze sie, dein Text bleibt stehen."))
    return text


def clean_name(name: str) -> str:
    """The name of a place that stands in no directory, 1-120 characters. Raises Invalid."""
    name = " ".join(timeline.whole_characters(name).split())
    if not name:
        raise Invalid(_("Wähle eine Stelle aus, oder schreib auf, wie sie heißt."))
    if len(name) > MAX_NAME:
        raise Invalid(_("Der Name der Stelle hat höchstens 120 Zeichen."))
    return name


def names_in(text: str, nickname: str, team: UUID) -> list[tuple[int, int]]:
    """Where somebody is told in a text: (begin, end) of each place, in order.

    The young person's nickname however it is typed, the team's names, what follows "Frau" or "heißt", telephone
    numbers, addresses and accounts. Nobody knows all names: people still have to look.
    """
    found = list(consultation.names_in(text, nickname))
    found += [match.span(group) for match in _TELLING.finditer(text) for group in _GROUPS if match[group]]
    for alias in Staff.objects.filter(teams=team).values_list("alias", flat=True):
        found += [place for place in naming.places(text, alias) if _is_word(text, place)]
    return _apart(sorted(found))


def without_names(text: str, nickname: str, team: UUID) -> str:
    """The text with an X in place of each."""
    for begin, end in reversed(names_in(text, nickname, team)):
        text = text[:begin] + consultation.STANDS_FOR_THEM + text[end:]
    return text


def seal(key: bytes, referral: Referral, content: Content) -> bytes:
    """The sealed column of this referral."""
    text = json.dumps(
        {"to": content.to, "partner": content.partner, "reach": content.reach, "text": content.text}, ensure_ascii=False
    )
    return sealing.seal(key, text, _binding(referral))


def opened(key: bytes, referral: Referral) -> Content | None:
    """What stands in it; None when it does not open."""
    try:
        return Content(**json.loads(sealing.open_sealed(key, referral.sealed, _binding(referral))))
    except Unreadable:
        return None


def begin(key: bytes, case: Case, referral: Referral, text: str = "") -> JointText:
    """The text that both sides write, at version 1; one at a time in a case (the constraint says so)."""
    joint = JointText(case=case, purpose=JointText.Purpose.REFERRAL, referral=referral, at=timezone.now())
    joint.sealed = sealing.seal(key, text, joint_binding(joint))
    joint.save(force_insert=True)
    return joint


def change(key: bytes, joint: JointText, text: str) -> None:
    """Another text: a new version, which nobody approved yet."""
    joint.sealed, joint.version = sealing.seal(key, text, joint_binding(joint)), joint.version + 1
    joint.save(update_fields=["sealed", "version"])


def text_of(key: bytes, joint: JointText) -> str | None:
    """What stands there now; None when it does not open."""
    try:
        return sealing.open_sealed(key, joint.sealed, joint_binding(joint))
    except Unreadable:
        return None


def joint_binding(joint: JointText) -> Binding:
    """What a text of both sides is bound to."""
    return Binding(Kind.JOINT, joint.case_id, ref=joint.pk)


def _binding(referral: Referral) -> Binding:
    return Binding(Kind.REFERRAL, referral.case_id, ref=referral.pk)


def _is_word(text: str, place: tuple[int, int]) -> bool:
    """An alias is often a word's beginning: Linde is in no way in „lindern“."""
    begin, end = place
    return not (text[begin - 1 : begin].isalnum() or text[end : end + 1].isalnum())


def _apart(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that lie in one another as one."""
    found: list[tuple[int, int]] = []
    for begin, end in places:
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found
