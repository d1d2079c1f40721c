"""What the room's script says: every sentence comes from here, translated; `{names}` are filled in by the browser."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from counselling.cases.domain.places import Place
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
        "takenBackMine": _taken_back()[0],
        "takenBack": _taken_back()[1],
        "unreadable": unreadable(),
        "codeFailed": _("Der Code kam gerade nicht an. Versuch es gleich noch einmal."),
        "copied": _("Kopiert."),
        "notices": _notices(),
    }


def notice(code: str, about: dict[str, str]) -> str:
    """A coded notice in words, its times already readable; empty for one that has no line of its own."""
    sentences = _notices()
    sentence = sentences.get(f"{code}_{about.get('by', '')}") or sentences.get(code, "")
    for name, value in about.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return sentence


def taken_back(name: str) -> str:
    """That a message is gone; `name` is empty for one's own."""
    mine, theirs = _taken_back()
    return theirs.replace("{name}", name) if name else mine


def unreadable() -> str:
    """In place of a message that does not open."""
    return _("Diese Nachricht lässt sich nicht öffnen. Die anderen sind nicht betroffen.")


def _taken_back() -> tuple[str, str]:
    return _("Du hast eine Nachricht zurückgenommen."), _("{name} hat eine Nachricht zurückgenommen.")


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
        "nobody": _("Gerade ist niemand aus dem Team da. Dein Platz bleibt. Du kannst auch schreiben."),
        "full": _("Es warten gerade viele. Vielleicht kommst du heute nicht mehr dran. Du kannst auch schreiben."),
    }


def _notices() -> dict[str, str]:
    """Keys are the notice codes of chat/PROTOCOL.md; `closed` and `place_ended` add who or what did it."""
    return {
        "chat_began": _("{name} ist da. Hier liest nur unser Team mit."),
        "handed_over": _("{from} hat an {to} übergeben. Ab jetzt schreibt {to} mit dir."),
        "back_to_queue": _("Du bekommst jemand anderen aus dem Team. Du stehst ganz vorn, schreib ruhig weiter."),
        "counsellor_lost": _(
            "Bei uns ist die Verbindung abgerissen. Du stehst ganz vorn, gleich ist wieder jemand da."
        ),
        "consultant_joined": _("{name} liest jetzt mit und hilft."),
        "consultant_left": _("{name} liest nicht mehr mit."),
        "closed_seeker": _("Du hast das Gespräch beendet."),
        "closed_counsellor": _("Das Gespräch ist beendet. Du kannst es wieder aufnehmen."),
        "closed_silence": _("Es war länger still, darum ist das Gespräch beendet. Du kannst es wieder aufnehmen."),
        "closed_letter": _("Der Chat ist beendet. Du kannst uns schreiben, dann geht es in Ruhe weiter."),
        "closed_blocked": _("Das Gespräch wurde beendet. Schreiben kannst du uns trotzdem."),
        "taken_up": _("Das Gespräch geht weiter."),
        "silence_soon": _("Es ist still. Um {until} Uhr endet der Chat, außer jemand schreibt oder ist noch da."),
        "still_here": _("Der Chat bleibt offen."),
        "place_kept": _("Wir haben dich um {called} Uhr aufgerufen und dir deinen Platz ganz oben gelassen."),
        "place_ended_abandoned": _("Dein Platz in der Warteschlange ging zu Ende. Dein Text blieb da."),
        "place_ended_closed": _("Der Chat hat zugemacht, bevor du dran warst. Dein Text blieb da."),
        "other": _("Da ist etwas passiert, das diese Seite noch nicht kennt. Lade sie bitte neu."),
    }
