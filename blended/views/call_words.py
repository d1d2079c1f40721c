"""What the page of a call says: every sentence its script needs, translated; `{names}` are filled in by the browser."""

from typing import Any

from django.utils.translation import gettext as _

from counselling.cases.views import words as staff
from counselling.cases.views.own import happened
from counselling.errors import in_words


def for_script(side: str, name: str) -> dict[str, Any]:
    """By story: `state` while one takes part, `after` it, `line`, `problem` of a device, `chat` beside."""
    return {
        "who": name or (_("Die Beratung") if side == "seeker" else _("Die junge Person")),
        "there": _there(),
        "state": _states(),
        "after": _afterwards(),
        "line": _line(),
        "problem": _problems(),
        "devices": _devices(),
        "chat": _chat(side),
    }


def after(state: str, reason: str = "") -> dict[str, str]:
    """Title and text of a page on which nobody talks (any more)."""
    return _afterwards()["_".join(filter(None, (state, reason)))]


def _there() -> dict[str, str]:
    return {
        "already": _("{name} ist schon da."),
        "now": _("{name} ist da, seit {time} Uhr."),
        "nobody": _("Noch ist niemand da. Du kannst hier warten."),
        "gone": _("{name} ist gerade nicht mehr da. Du kannst hier warten."),
        "opens": _("Noch {time} Minuten."),
    }


def _states() -> dict[str, str]:
    return {
        "waiting": _("Du bist da. {name} kommt noch, du kannst hier warten."),
        "left": _("{name} ist rausgegangen. Du kannst hier warten oder auch gehen."),
        "since": _("Du wartest seit {time} Uhr."),
        "connecting": _("Wir verbinden euch …"),
        "live": _("verbunden"),
        "reconnecting": _("Die Verbindung hakt. Wir versuchen es weiter, du musst nichts tun."),
    }


def _afterwards() -> dict[str, dict[str, str]]:
    return {
        "left": _two(
            _("Du hast aufgelegt"),
            _("Das Gespräch bleibt bis {time} Uhr offen. Du kannst wieder dazukommen, musst aber nicht."),
        ),
        "ended": _two(_("Dieses Gespräch ist vorbei"), _("Wenn du wieder sprechen möchtest, schreib das einfach.")),
        "ended_me": _two(_("Ihr habt aufgelegt"), _("Das Gespräch ist für euch beide zu Ende.")),
        "ended_other": _two(_("Ihr habt aufgelegt"), _("{name} hat das Gespräch beendet.")),
        "ended_time": _two(
            _("Die Zeit ist um"),
            _("Das Gespräch ist zu Ende. Was noch offen ist, könnt ihr schreiben."),
        ),
        "ended_gone": _two(_("Dieses Gespräch ist vorbei"), _("Du kannst hier nicht mehr dazukommen.")),
        "replaced": _two(
            _("Das Gespräch läuft jetzt in einem anderen Fenster"),
            _("Hier hört und sieht dich niemand mehr. Du kannst es wieder hierher holen."),
        ),
        "unavailable_off": _two(
            _("Sprechen geht hier gerade nicht"),
            _("Das liegt nicht an dir: Sprechen ist auf dieser Seite gerade nicht eingerichtet."),
        ),
        "unavailable_relay": _two(
            _("Sprechen geht hier gerade nicht"),
            _(
                "Das liegt nicht an dir. Unsere Vermittlung, die eure Adressen verbirgt, antwortet nicht, "
                "oder das Netz hier lässt sie nicht durch. Ein anderes WLAN oder mobile Daten helfen manchmal."
            ),
        ),
        "unavailable_browser": _two(
            _("Dieser Browser kann keine Gespräche"),
            _("Öffne die Seite in einem aktuellen Browser: Safari, Chrome, Firefox oder Edge."),
        ),
        "unavailable_line": _two(
            _("Gerade ist keine Verbindung da"),
            _("Schau, ob du Internet hast. Dann versuch es noch einmal."),
        ),
    }


def _two(title: str, text: str) -> dict[str, str]:
    return {"title": title, "text": text}


def _line() -> dict[str, str]:
    return {
        "good": _("Verbindung gut"),
        "weak": _("Verbindung schwach"),
        "weak_paused": _("Verbindung schwach: Bild pausiert, Ton geht vor"),
        "poor": _("Verbindung sehr schwach"),
        "poor_paused": _("Verbindung sehr schwach: Bild pausiert, Ton geht vor"),
        "peer_muted": _("{name} hat das Mikrofon aus"),
        "peer_unmuted": _("{name} hat das Mikrofon an"),
        "muted": _("Dein Mikrofon ist aus"),
        "unmuted": _("Dein Mikrofon ist an"),
        "peer_screen": _("{name} zeigt den Bildschirm"),
        "screen": _("Du zeigst deinen Bildschirm"),
        "ends": _("Noch {n} Minuten, dann endet das Gespräch."),
        "ends_soon": _("Noch eine Minute, dann endet das Gespräch."),
        "writing": _("Ihr schreibt zusammen etwas auf. Du findest es beim Chat."),
        "unread_one": _("1 neue Nachricht"),
        "unread_many": _("{n} neue Nachrichten"),
    }


def _problems() -> dict[str, str]:
    """By device and what is the matter with it."""
    return {
        "microphone_denied": _("Der Browser darf dein Mikrofon noch nicht benutzen. Erlauben geht so:"),
        "microphone_missing": _("Wir finden kein Mikrofon. Hören und schreiben geht auch so."),
        "microphone_busy": _("Eine andere App benutzt gerade dein Mikrofon. Schließ sie und versuch es noch einmal."),
        "microphone_gone": _("Dein Mikrofon ist nicht mehr angeschlossen."),
        "camera_denied": _(
            "Der Browser darf deine Kamera noch nicht benutzen. Ohne Bild geht es auch. Erlauben geht so:"
        ),
        "camera_missing": _("Wir finden keine Kamera. Das macht nichts: Nur mit der Stimme ist genauso gut."),
        "camera_busy": _("Eine andere App benutzt gerade deine Kamera. Schließ sie und versuch es noch einmal."),
        "camera_gone": _("Deine Kamera ist nicht mehr angeschlossen."),
        "screen_busy": _("Der Bildschirm lässt sich gerade nicht zeigen."),
    }


def _devices() -> dict[str, str]:
    return {
        "microphone": _("Mikrofon {n}"),
        "camera": _("Kamera {n}"),
        "speaker": _("Lautsprecher {n}"),
        "usual": _("Wie im Gerät eingestellt"),
        "speak": _("Sag etwas, dann bewegt sich der Balken."),
        "heard": _("Wir hören dich. Dein Mikrofon geht."),
    }


def _chat(side: str) -> dict[str, Any]:
    notices = staff.NOTICES if side == "counsellor" else happened.notices()
    return {
        "today": _("Heute"),
        "yesterday": _("Gestern"),
        "typing": _("{name} schreibt …"),
        "said": _("{name}: {text}"),
        "newOne": _("1 neue Nachricht"),
        "newMany": _("{n} neue Nachrichten"),
        "left": _("noch {n} Zeichen"),
        "over": _("{n} Zeichen zu viel. Teile den Text auf, er bleibt stehen."),
        "offline": _("Verbindung weg, ich versuche es wieder …"),
        "takenBackMine": happened.taken_back(""),
        "takenBack": happened.taken_back("{name}"),
        "unreadable": happened.unreadable(),
        "notices": {code: str(sentence) for code, sentence in notices.items()},
        "refused": {code: str(sentence) for code, sentence in in_words().items()},
    }
