"""What the desk's scripts say: every sentence comes from here, translated; `{names}` are filled in by the browser."""

from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import facts
from counselling.errors import in_words

FACT_NAMES = {
    "for_whom": _("Für wen"),
    "age_band": _("Alter"),
    "gender": _("Geschlecht"),
    "language": _("Sprache"),
    "strain": _("Belastung"),
    "topics": _("Themen"),
}
FACT_LABELS = {
    "for_whom": dict(facts.FOR_WHOM),
    "age_band": dict(facts.AGE_BANDS),
    "gender": dict(facts.GENDERS),
}

# The events of a case, as staff read them. Keys are the notice codes of chat/PROTOCOL.md; `closed` and
# `place_ended` add who or what did it.
NOTICES = {
    "chat_began": _("{name} ist da. Der Chat hat begonnen."),
    "handed_over": _("Übergeben von {from} an {to}."),
    "back_to_queue": _("Zurück in die Warteschlange gegeben, ganz nach oben."),
    "counsellor_lost": _("Die Verbindung zur Beratung war weg. Zurück in die Warteschlange, ganz nach oben."),
    "consultant_joined": _("{name} berät jetzt mit."),
    "consultant_left": _("{name} berät nicht mehr mit."),
    "closed_seeker": _("Von der jungen Person beendet."),
    "closed_counsellor": _("Von der Beratung beendet."),
    "closed_silence": _("Beendet, weil länger niemand geschrieben hat."),
    "closed_letter": _("Beendet. Es kann als Brief weitergehen."),
    "closed_blocked": _("Beendet und gesperrt."),
    "taken_up": _("Das Gespräch geht weiter."),
    "silence_soon": _("Länger still. Um {until} Uhr endet der Chat, außer jemand schreibt oder ist noch da."),
    "still_here": _("Der Chat bleibt offen."),
    "place_kept": _("Um {called} Uhr aufgerufen, nicht gemeldet. Der Platz ganz oben bleibt bis {until} Uhr."),
    "place_ended_abandoned": _("Nicht mehr gemeldet. Der Platz in der Warteschlange ist zu Ende."),
    "place_ended_closed": _("Der Chat hat zugemacht. Der Platz in der Warteschlange ist zu Ende."),
    "other": _("Etwas ist passiert, das diese Seite noch nicht kennt. Lade sie neu."),
}

WORDS = {
    "notices": NOTICES,
    "time": {
        "now": _("unter 1 min"),
        "minutes": _("{n} min"),
        "hours": _("{h} h {m} min"),
        "days": _("über einem Tag"),
        "since": _("seit {time}"),
        "today": _("Heute"),
    },
    "queue": {
        "title": _("Warten · {n}"),
        "no_facts": _("keine Angaben"),
        "absent": _("gerade nicht verbunden"),
        "called": _("aufgerufen von {name}"),
        "strain": _("Belastung {n} von 5"),
        "claim": _("{name} annehmen"),
        "more": _("Und {n} weitere."),
        "empty_here": _("Gerade wartet niemand. Wenn jemand kommt, hörst und siehst du es hier."),
        "empty_away": _("Gerade wartet niemand. Für Ratsuchende bist du noch nicht da."),
    },
    "chats": {
        "title": _("Meine Chats · {n}"),
        "typing": _("schreibt …"),
        "waits": _("wartet auf dich seit {time}"),
        "called": _("aufgerufen, hat bis {time} Zeit"),
        "quiet": _("zuletzt vor {time}"),
        "fresh": _("noch keine Nachricht"),
        "absent": _("nicht verbunden"),
        "ended": _("beendet"),
        "unread": _("{n} ungelesen"),
        "consulting": _("du berätst mit"),
        "opened": _("Chat mit {name} ist offen."),
        "gone": _("{name} ist nicht mehr bei dir."),
        "begun": _("{name} ist jetzt bei dir."),
    },
    "conversation": {
        "label": _("Chat mit {name}"),
        "log": _("Verlauf mit {name}"),
        "write": _("Nachricht an {name}"),
        "send": _("An {name} senden"),
        "meta": _("Chat · {time}"),
        "called": _("{name} ist aufgerufen und hat bis {time} Zeit, sich zu melden. Dann geht es hier los."),
        "called_meta": _("aufgerufen"),
        "typing": _("{name} schreibt …"),
        "consultant": _("{name} (berät mit)"),
        "me": _("Du"),
        "absent": _("gerade nicht verbunden"),
        "taken_back": _("Nachricht zurückgenommen"),
        "unreadable": _("Diese Nachricht lässt sich nicht öffnen. Die anderen sind nicht betroffen."),
        "refused": in_words(
            bad_frame=_("So ließ sich die Nachricht nicht senden. Ändere sie ein wenig und sende sie noch einmal."),
            closed=_("Dieses Gespräch ist schon beendet."),
            not_found=_("Dieser Chat ist nicht mehr bei dir."),
        ),
        "said": _("{name}: {text}"),
        "elsewhere": _("Neue Nachricht von {name}"),
        "count": _("{n} von {max} Zeichen"),
        "too_long": _("Das sind {n} Zeichen, {max} gehen in eine Nachricht. Teile sie auf, dein Text bleibt stehen."),
        "marks": {
            "sending": _("wird gesendet"),
            "sent": _("gesendet"),
            "read": _("gelesen"),
            "failed": _("nicht angekommen"),
        },
    },
    "panel": {
        "skipped": _("keine Angabe"),
        "saved": _("Notiz gespeichert."),
        "strain": _("{n} von 5, {label}"),
        "roles": {
            "seeker": _("Ratsuchend"),
            "counsellor": _("Beratung"),
            "consultant": _("berät mit"),
        },
    },
    "status": {"here": _("da"), "pausing": _("Pause"), "away": _("weg")},
    "load": _("{open} von {capacity}"),
    "done": {
        "handed_over": _("{name} ist übergeben."),
        "closed": _("Der Chat mit {name} ist abgeschlossen."),
        "blocked": _("Der Chat mit {name} ist beendet und gesperrt."),
        "letter": _("{name} kann jetzt in Ruhe schreiben. Der Chat ist beendet."),
        "invited": _("{name} ist eingeladen."),
        "left": _("Du berätst nicht mehr mit."),
        "uncalled": _("{name} ist wieder ganz oben in der Warteschlange."),
    },
    "link": {
        "offline": _("Verbindung weg. Ich versuche es wieder. Deine Chats bleiben zwei Minuten lang bei dir."),
        "poll": _("Die Verbindung ist langsam. Nachrichten kommen an, nur etwas später."),
        "slow": _("Nachrichten kommen gerade etwas langsamer an. Es geht keine verloren."),
        "stale": _("Die Übersicht lässt sich gerade nicht laden. Ich versuche es wieder. Deine Chats laufen weiter."),
        "back": _("Die Verbindung ist wieder da."),
        "nobody": _("Die Sprechzeit läuft, aber niemand ist da. Für Ratsuchende ist der Chat zu."),
        "failed": _("Das kam nicht an. Es ist nichts verloren. Versuch es bitte gleich noch einmal."),
    },
    "alerts": {
        "waiting": _("Es wartet jemand"),
        "message": _("Neue Nachricht"),
        "refused": _("Der Browser lässt keine Hinweise zu. Du kannst das in seinen Einstellungen ändern."),
        "allowed": _("Hinweise sind an. Sie zeigen nie, wer schreibt oder was."),
    },
}
