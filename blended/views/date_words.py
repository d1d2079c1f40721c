"""Appointments in words for young people: what each way means for staying anonymous, and how one stands."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from blended.booking_forms import WAYS
from blended.domain import meetings
from blended.domain.appointments import DateView
from blended.models import Channel

ICONS: Final = {"chat": "chat", "voice": "sound", "phone": "phone", "video": "video", "onsite": "pin"}
_CALLS: Final = (Channel.VOICE, Channel.VIDEO)


class Way(NamedTuple):
    """One way to meet, as the page offers it; `next_at`: its next free time (UTC), or None."""

    code: str
    name: str
    icon: str
    means: str
    next_at: datetime | None


class Shown(NamedTuple):
    """An appointment as its card shows it."""

    date: DateView
    way: str
    icon: str
    state: str
    mine: bool  # I proposed it
    door: bool  # its time has come: one can go in now
    door_at: datetime
    fixed: bool  # agreed
    asks: bool  # waits for my answer
    word: str
    note: str
    sealed: bool  # word and note do not open here
    gone: bool  # called off, its time still to come: a calendar may want to know


def ways(next_times: dict[str, datetime]) -> list[Way]:
    """Every way, with when it is free next."""
    return [Way(way.value, str(way.label), ICONS[way], means(way), next_times.get(way)) for way in WAYS]


def means(channel: str) -> str:
    """What it means for anonymity, in one plain sentence or two."""
    return {
        "chat": _("Ihr schreibt euch zu einer festen Zeit. Niemand hört oder sieht dich."),
        "voice": _("Ihr hört euch über diese Seite. Keine Nummer, kein Bild. Man hört nur deine Stimme."),
        "phone": _(
            "Du rufst uns an und sagst statt deines Namens ein Wort. Wir fragen nach keiner Nummer. Auf der Rechnung "
            "oder in der Anrufliste kann der Anruf stehen."
        ),
        "video": _("Ihr hört euch, und wenn du magst, seht ihr euch. Deine Kamera bleibt aus, bis du sie anmachst."),
        "onsite": _("Du kommst zu uns. Wir sehen dein Gesicht, aber nach deinem Namen fragt niemand. Ein Wort reicht."),
    }[channel]


def zone() -> str:
    """Whose clock the pages show."""
    return settings.TIME_ZONE


def shown(date: DateView) -> Shown:
    """One appointment, for its card."""
    now, agreed = timezone.now(), date.state == "agreed"
    door_at = date.starts_at - meetings.EARLY
    late = meetings.GRACE if date.channel in _CALLS else timedelta()
    return Shown(
        date=date,
        way=str(Channel(date.channel).label),
        icon=ICONS[date.channel],
        state=_state(date),
        mine=date.proposed_by == "seeker",
        door=agreed and door_at <= now < date.ends_at + late,
        door_at=door_at,
        fixed=agreed and date.open,
        asks=date.state == "proposed" and date.proposed_by != "seeker",
        word=date.sealed.word if date.sealed else "",
        note=date.sealed.note if date.sealed else "",
        sealed=date.sealed is None,
        gone=date.state == "cancelled" and date.was_agreed and date.ends_at > now,
    )


def _state(date: DateView) -> str:
    if date.state == "proposed" and not date.open:
        return _("Vorbei, ohne Antwort")
    if date.state == "proposed":
        return _("Wartet auf unsere Antwort") if date.proposed_by == "seeker" else _("Passt dir das?")
    return {
        "agreed": _("Ausgemacht"),
        "declined": _("Passte nicht"),
        "cancelled": _("Abgesagt"),
        "moved": _("Verlegt"),
        "kept": _("Hat stattgefunden"),
        "missed": _("Hat nicht geklappt"),
    }[date.state]


def done(code: str) -> str:
    """What the last tap did; empty for anything else that an address may say."""
    return {
        "booked": _("Ausgemacht. Wir freuen uns auf dich."),
        "yes": _("Ausgemacht. Danke für deine Antwort."),
        "no": _("Alles gut, der Vorschlag ist vom Tisch."),
        "cancelled": _("Abgesagt. Du musst nichts erklären."),
        "moved": _("Verlegt."),
        "proposed": _("Vorgeschlagen. Du siehst hier, sobald wir geantwortet haben."),
    }.get(code, "")
