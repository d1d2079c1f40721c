"""What the room's script says: every sentence comes from here, translated; `{names}` are filled in by the browser."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from counselling.cases.domain.places import Place
from counselling.cases.views.own import happened
from counselling.errors import in_words


def place_line(place: Place) -> str:
    """Where somebody stands in the queue."""
    lines = _positions()
    return lines[place.position - 1] if 1 <= place.position <= len(lines) else _position(place.position)


def wait_line(place: Place) -> str:
    """An honest range, or that there is none."""
    if place.minutes is None:
        return _wait_unknown()
    low, high = place.minutes
    return _wait_about(high) if low == high else _wait_range(low, high)


def door_line(place: Place) -> str:
    """What changed at the door while somebody waits; empty while it is open."""
    return _doors().get(place.open, "")


def missed_line(place: Place) -> str:
    """That they were called while they were away, and how long the place at the top is theirs; else empty."""
    if place.called_at is None or place.kept_until is None:
        return ""
    called, until = (date_format(timezone.localtime(at), "TIME_FORMAT") for at in (place.called_at, place.kept_until))
    return _missed(called, until)


def for_script() -> dict[str, Any]:
    """The same sentences with `{names}` left open, and everything else that room.js may have to say."""
    return {
        "positions": _positions(),
        "position": _position("{n}"),
        "waitUnknown": _wait_unknown(),
        "waitAbout": _wait_about("{n}"),
        "waitRange": _wait_range("{low}", "{high}"),
        "doors": _doors(),
        "titles": _titles(),
        "here": _("ist da"),
        "hereMany": _("sind da"),
        "away": _("gerade nicht verbunden, kommt gleich wieder"),
        "awayNamed": _("gerade nicht verbunden: {name}"),
        "searching": _("Wir suchen jemanden für dich"),
        "connecting": _("Verbindung wird aufgebaut …"),
        "typing": _("{name} schreibt …"),
        "called": _("{name} ist jetzt für dich da."),
        "callEnds": _("Noch {time} Minuten Zeit, um dich zu melden."),
        "saved": _("Gespeichert um {time}."),
        "notSaved": _("Noch nicht gespeichert. Ich versuche es gleich wieder."),
        "left": _("noch {n} Zeichen"),
        "over": _("{n} Zeichen zu viel. Teile den Text auf, er bleibt stehen."),
        "missed": _missed("{called}", "{until}"),
        "refused": _refused(),
        "offline": _("Verbindung weg, ich versuche es wieder …"),
        "back": _("Die Verbindung ist wieder da."),
        "slow": _("Nachrichten kommen gerade langsamer an. Es geht keine verloren."),
        "newOne": _("1 neue Nachricht"),
        "newMany": _("{n} neue Nachrichten"),
        "said": _("{name}: {text}"),
        "today": _("Heute"),
        "yesterday": _("Gestern"),
        "takenBackMine": happened.taken_back(""),
        "takenBack": happened.taken_back("{name}"),
        "unreadable": happened.unreadable(),
        "codeFailed": _("Der Code kam gerade nicht an. Versuch es gleich noch einmal."),
        "copied": _("Kopiert."),
        "notices": happened.notices(),
    }


def title(view: str) -> str:
    """The page's neutral title in this view."""
    return _titles()[view]


def _titles() -> dict[str, str]:
    waiting, talking, after = _("Warten"), _("Gespräch"), _("Danach")
    return {"waiting": waiting, "called": waiting, "chat": talking, "ended": after, "closed": after}


def _positions() -> list[str]:
    return [_("du bist als Nächste:r dran."), _("du bist als Zweite:r dran."), _("du bist als Dritte:r dran.")]


def _position(n: int | str) -> str:
    return _("du bist auf Platz %(n)s.") % {"n": n}


def _wait_unknown() -> str:
    return _("Wie lange es dauert, wissen wir gerade nicht.")


def _wait_about(n: int | str) -> str:
    return _("Meistens dauert das etwa %(n)s Minuten.") % {"n": n}


def _wait_range(low: int | str, high: int | str) -> str:
    return _("Meistens dauert das %(low)s bis %(high)s Minuten.") % {"low": low, "high": high}


def _missed(called: str, until: str) -> str:
    sentence = _("Wir haben dich um %(called)s Uhr aufgerufen. Dein Platz ganz oben bleibt bis %(until)s Uhr.")
    return sentence % {"called": called, "until": until}


def _refused() -> dict[str, str]:
    """Keys are the error codes of chat/PROTOCOL.md."""
    sentences = in_words(
        bad_frame=_("So ließ sich diese Nachricht nicht senden. Ändere sie ein wenig, dann geht es."),
        locked=_("Hier fehlt gerade der Schlüssel. Komm mit deinem Code oder deinen Wörtern wieder."),
    )
    return {code: str(sentence) for code, sentence in sentences.items()}


def _doors() -> dict[str, str]:
    return {
        "closed": _("Der Chat macht gerade zu. Vielleicht kommst du heute nicht mehr dran. Du kannst auch schreiben."),
        "nobody": _("Gerade liest niemand mit. Dein Platz bleibt. Du kannst auch schreiben."),
        "full": _("Es warten gerade viele. Vielleicht kommst du heute nicht mehr dran. Du kannst auch schreiben."),
    }
