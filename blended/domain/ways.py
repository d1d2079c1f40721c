"""The ways of being in touch: what each means for anonymity, why one changes, and when in the course it was."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain import turn
from blended.models import Appointment, Room
from counselling.cases.models import Case, Entry, Role

CHAT: Final = "chat"
MAIL: Final = "mail"
TALK: Final = ("voice", "video")  # now, between the two browsers
LATER: Final = ("phone", "onsite")  # only with an appointment, which asks for consent itself
KNOWN: Final = (CHAT, MAIL, *TALK, *LATER)

# One plain sentence for each way, said before anybody consents.
_ANONYMITY: Final = {
    "chat": _("Im Chat liest nur unser Team mit. Niemand sieht oder hört dich."),
    "mail": _("Deine Briefe liest nur unser Team. Du brauchst dafür keine E-Mail-Adresse."),
    "voice": _("Wir hören deine Stimme, sonst nichts: keine Nummer, kein Bild, und niemand nimmt etwas auf."),
    "video": _("Deine Kamera ist aus, bis du sie anmachst. Dann sehen wir dein Gesicht. Niemand nimmt etwas auf."),
    "phone": _(
        "Du rufst uns an. Wenn du deine Nummer unterdrückst, sehen wir sie nicht. Einen Namen brauchst du nicht."
    ),
    "onsite": _("Wir sehen dein Gesicht. Deinen Namen musst du auch bei uns nicht sagen, zwei Wörter reichen."),
}
_ELSEWHERE: Final = _("Das Gespräch läuft über eine andere Firma. Was sie von dir sieht, sagen wir dir vorher.")

# Why a counsellor proposes it; voluntary, counted as a code.
REASONS: Final[list[tuple[str, str | Promise]]] = [
    ("wish", _("Wunsch der jungen Person")),
    ("nearer", _("persönlicher, mehr Nähe")),
    ("hard_to_write", _("lässt sich schlecht schreiben")),
    ("crisis", _("es eilt, es ist ernst")),
    ("more_time", _("braucht mehr Zeit und Ruhe")),
    ("language", _("Sprache, Lesen oder Schreiben fällt schwer")),
    ("technical", _("Technik")),
    ("other", _("sonstiges")),
]

# The course in three parts. Nobody knows an end beforehand: these are the numbers by which teams speak of it.
_FIRST_CONTACTS: Final = 2
_LATE_CONTACTS: Final = 8
_LATE: Final = timedelta(days=180)
_CONTACTS: Final = ("chat_began", "call_began", "call_elsewhere")


def anonymity(channel: str, case: Case) -> str | Promise:
    """What this way means for the young person's anonymity, where the team holds its calls now."""
    return _ELSEWHERE if channel in TALK and provider(case) != Room.Provider.BUILTIN else _ANONYMITY[channel]


def provider(case: Case) -> str:
    """Where the case's team holds its calls."""
    found = Room.objects.filter(team=case.team_id).values_list("provider", flat=True).first()
    return found or Room.Provider.BUILTIN


def can_talk(case: Case) -> bool:
    """Whether there is a room for a call at all: one of ours needs its relay."""
    return provider(case) != Room.Provider.BUILTIN or turn.mode() != "off"


def base(case: Case) -> str:
    """The written way on which this case stands, whatever is spoken beside it; "" while it waits or is over."""
    return {Case.State.ACTIVE: CHAT, Case.State.LETTERS: MAIL}.get(Case.State(case.state), "")


def phase(case: Case, now: datetime) -> str:
    """The part of the course, begin | middle | end: the first two contacts; from the eighth, or half a year, on.

    A contact is a chat, a letter of the team, a call, a kept visit or telephone call. Two queries.
    """
    entries = Entry.objects.filter(case=case)
    spoken = entries.filter(code__in=_CONTACTS) | entries.filter(kind=Entry.Kind.LETTER, role=Role.COUNSELLOR)
    kept = Appointment.objects.filter(case=case, channel__in=LATER, state=Appointment.State.KEPT)
    contacts = spoken.count() + kept.count()
    if contacts >= _LATE_CONTACTS or now - case.opened_at >= _LATE:
        return "end"
    return "begin" if contacts <= _FIRST_CONTACTS else "middle"
