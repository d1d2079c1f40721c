"""The audit trail in plain words: what each event is called, and one sentence for each entry."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.people.domain.audit_chain import PRUNED

SYSTEM: Final = _("Das System")  # a timer or a command
SOMEBODY: Final = _("jemand")  # whoever is not in the table of staff (any more)

COLUMNS: Final = (_("Nummer"), _("Zeit"), _("Was"), _("Satz"), _("Wer"), _("Wen"), _("Fall"))

# In the order of the filter: cases, sign-ins, keys, the trail itself.
EVENTS: Final[Mapping[str, Promise]] = {
    "case_opened": _("Fall geöffnet"),
    "claimed": _("Angenommen"),
    "handed_over": _("Fall übergeben"),
    "back_to_queue": _("Zurück in die Warteschlange"),
    "colleague_invited": _("Dazugeholt"),
    "colleague_left": _("Mitberatung beendet"),
    "closed": _("Beendet"),
    "exported": _("Gespeichert oder kopiert"),
    "erased": _("Fall gelöscht"),
    "content_refused": _("Abgewiesen"),
    "signed_in": _("Angemeldet"),
    "signed_out": _("Abgemeldet"),
    "session_ended": _("Anmeldung aus der Ferne beendet"),
    "factor_added": _("Zweiter Faktor eingerichtet"),
    "factor_removed": _("Zweiter Faktor entfernt"),
    "factor_refused": _("Zweiter Faktor falsch"),
    "invited": _("Eingeladen"),
    "password_changed": _("Passwort geändert"),
    "password_reset": _("Passwort zurückgesetzt"),
    "vault_founded": _("Tresor eingerichtet"),
    "let_in": _("Freigeschaltet"),
    "recovery_used": _("Wiederherstellungsschlüssel benutzt"),
    "recovery_renewed": _("Wiederherstellungsschlüssel erneuert"),
    "epoch_began": _("Neuer Schlüssel für den Tresor"),
    "rewrapped": _("Fälle neu verschlossen"),
    PRUNED: _("Protokoll gekürzt"),
}

# By event and code; "" where the code adds nothing, "self" where somebody did it to themselves.
_SENTENCES: Final[Mapping[tuple[str, str], Promise]] = {
    ("case_opened", ""): _("{who} hat einen Fall geöffnet."),
    ("claimed", ""): _("{who} hat einen Fall angenommen."),
    ("handed_over", ""): _("{who} hat einen Fall an {whom} übergeben."),
    ("back_to_queue", ""): _("{who} hat einen Fall zurück in die Warteschlange gegeben."),
    ("back_to_queue", "uncalled"): _("{who} hat einen Aufruf zurückgenommen."),
    ("back_to_queue", "missed"): _("Wer von {whom} aufgerufen war, kam nicht: zurück in die Warteschlange."),
    ("back_to_queue", "lost"): _("Die Verbindung von {whom} war weg: der Fall ging zurück in die Warteschlange."),
    ("colleague_invited", ""): _("{who} hat {whom} in einen Fall dazugeholt."),
    ("colleague_left", ""): _("{who} berät in einem Fall nicht mehr mit."),
    ("closed", ""): _("{who} hat ein Gespräch beendet."),
    ("closed", "seeker"): _("Die junge Person hat das Gespräch beendet."),
    ("closed", "silence"): _("Ein Gespräch wurde beendet, weil länger niemand schrieb."),
    ("closed", "blocked"): _("{who} hat ein Gespräch beendet und gesperrt."),
    ("closed", "letter"): _("{who} hat ein Gespräch beendet, es kann als Brief weitergehen."),
    ("closed", "filed"): _("{who} hat einen beendeten Fall abgeschlossen."),
    ("exported", ""): _("{who} hat einen Fall kopiert."),
    ("exported", "trail"): _("{who} hat dieses Protokoll als Tabelle gespeichert."),
    ("exported", "seeker"): _("Die junge Person hat eine Kopie ihres Falls gespeichert."),
    ("erased", ""): _("Ein Fall wurde gelöscht, weil seine Frist um war."),
    ("erased", "wish"): _("Ein Fall wurde gelöscht, weil die junge Person es wollte."),
    ("content_refused", ""): _("{who} hat etwas aufgerufen, das nur Beratende öffnen, und wurde abgewiesen."),
    ("signed_in", ""): _("{who} hat sich angemeldet."),
    ("signed_out", ""): _("{who} hat sich abgemeldet."),
    ("session_ended", ""): _("{who} hat eine Anmeldung von {whom} beendet."),
    ("session_ended", "self"): _("{who} hat eine eigene Anmeldung aus der Ferne beendet."),
    ("factor_added", ""): _("{who} hat einen zweiten Faktor eingerichtet."),
    ("factor_added", "spare_code"): _("{who} hat sich neue Ersatzcodes geben lassen."),
    ("factor_removed", ""): _("{who} hat den zweiten Faktor von {whom} entfernt."),
    ("factor_removed", "reset"): _("{who} hat die zweiten Faktoren von {whom} zurückgesetzt."),
    ("factor_removed", "self"): _("{who} hat einen eigenen zweiten Faktor entfernt."),
    ("factor_refused", ""): _("Eine Anmeldung als {whom} ist am zweiten Faktor gescheitert."),
    ("invited", ""): _("{who} hat {whom} eingeladen."),
    ("password_changed", ""): _("{who} hat das eigene Passwort geändert."),
    ("password_changed", "invitation"): _("{whom} hat mit einer Einladung ein neues Passwort gesetzt."),
    ("password_reset", ""): _("{who} hat das Passwort von {whom} zurückgesetzt."),
    ("vault_founded", ""): _("{who} hat den Tresor von {whom} eingerichtet."),
    ("let_in", ""): _("{who} hat {whom} freigeschaltet."),
    ("recovery_used", ""): _("{who} hat den Wiederherstellungsschlüssel von {whom} benutzt."),
    ("recovery_renewed", ""): _("{who} hat den Wiederherstellungsschlüssel von {whom} erneuert."),
    ("epoch_began", ""): _("Der Tresor von {whom} hat einen neuen Schlüssel."),
    ("rewrapped", ""): _("Die Fälle von {whom} wurden neu verschlossen."),
    (PRUNED, ""): _("Ältere Einträge wurden gelöscht, weil ihre Frist um war."),
}

PROBLEMS: Final[Mapping[str, Promise]] = {
    "changed": _("Eintrag {number} wurde geändert oder verschoben."),
    "missing": _("Ab Nummer {number} fehlen Einträge."),
    "beginning": _("Der Anfang fehlt: Das Protokoll beginnt bei Nummer {number}, und nichts erklärt es."),
    "no_key": _("Ab Eintrag {number} fehlt der Schlüssel {detail} in der Schlüsseldatei."),
    "unreadable": _("Etwas um Nummer {number} lässt sich nicht lesen."),
    "unchained": _("{number} Einträge haben nach einer Minute noch keine Nummer."),
}


def sentence(event: str, code: str, *, who: str, whom: str, to_themselves: bool) -> str:
    """What happened, in one sentence; `who` and `whom` may be "" where nobody is named."""
    ways = [(event, code), (event, "self" if to_themselves else ""), (event, "")]
    words = next((_SENTENCES[way] for way in ways if way in _SENTENCES), None)
    if words is None:
        return f"{event} {code}".strip()
    return str(words).format(who=who or SYSTEM, whom=whom or SOMEBODY)
