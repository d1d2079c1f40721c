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
    "second_look": _("Brief gegengelesen"),
    "closed": _("Beendet"),
    "exported": _("Gespeichert oder kopiert"),
    "erased": _("Fall gelöscht"),
    "content_refused": _("Abgewiesen"),
    "file_locked": _("Datei gesperrt"),
    "file_deleted": _("Gesperrte Datei gelöscht"),
    "facts_changed": _("Angaben geändert"),
    "agreed": _("Vereinbart"),
    "risk_assessed": _("Gefahr eingeschätzt"),
    "risk_read": _("Einschätzung geöffnet"),
    "risk_seen": _("Einschätzung gesehen"),
    "consultation_asked": _("Fachlichen Rat erbeten"),
    "consultation_answered": _("Fachlichen Rat gegeben"),
    "partner_written": _("Hilfe vor Ort geändert"),
    "partners_imported": _("Hilfe vor Ort eingelesen"),
    "referral_handed": _("Ankündigung übergeben"),
    "referral_opened": _("Ankündigung geöffnet"),
    "room_set": _("Raum für Gespräche eingestellt"),
    "offer_withdrawn": _("Angebotene Zeiten zurückgezogen"),
    "alert_set": _("Grenze der Schicht geändert"),
    "foreword_written": _("Vorwort des Jahresberichts geändert"),
    "release_frozen": _("Statistik veröffentlicht"),
    "campaign_changed": _("Link für Plakate geändert"),
    "hours_changed": _("Öffnungszeiten geändert"),
    "special_day_set": _("Besonderer Tag geändert"),
    "announcement_set": _("Aushang geändert"),
    "help_changed": _("Hilfskontakt geändert"),
    "topic_changed": _("Thema geändert"),
    "capacity_set": _("Gleichzeitige Chats geändert"),
    "on_call_changed": _("Rufbereitschaft geändert"),
    "modules_changed": _("Bausteine geändert"),
    "absence_set": _("Abwesenheit im Team geändert"),
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
    ("claimed", "letters"): _("{who} beantwortet die Briefe eines Falls."),
    ("handed_over", ""): _("{who} hat einen Fall an {whom} übergeben."),
    ("handed_over", "on_call"): _("{who} hat einen Fall als Rufbereitschaft übernommen."),
    ("back_to_queue", ""): _("{who} hat einen Fall zurück in die Warteschlange gegeben."),
    ("back_to_queue", "uncalled"): _("{who} hat einen Aufruf zurückgenommen."),
    ("back_to_queue", "missed"): _("Wer von {whom} aufgerufen war, kam nicht: zurück in die Warteschlange."),
    ("back_to_queue", "lost"): _("Die Verbindung von {whom} war weg: der Fall ging zurück in die Warteschlange."),
    ("back_to_queue", "letters"): _("{who} hat die Briefe eines Falls ans Team zurückgegeben."),
    ("back_to_queue", "left"): _(
        "Wer einen Fall betreut hat, ist nicht mehr im Team: die Briefe gingen ans Team zurück."
    ),
    ("colleague_invited", ""): _("{who} hat {whom} in einen Fall dazugeholt."),
    ("colleague_left", ""): _("{who} berät in einem Fall nicht mehr mit."),
    ("second_look", ""): _("{who} hat {whom} einen unversandten Brief zum Gegenlesen gezeigt."),
    ("second_look", "read"): _("{who} hat einen unversandten Brief gegengelesen."),
    ("second_look", "ended"): _("{who} zeigt einen unversandten Brief nicht mehr zum Gegenlesen."),
    ("closed", ""): _("{who} hat ein Gespräch beendet."),
    ("closed", "seeker"): _("Die junge Person hat das Gespräch beendet."),
    ("closed", "silence"): _("Ein Gespräch wurde beendet, weil länger niemand schrieb."),
    ("closed", "blocked"): _("{who} hat ein Gespräch beendet und gesperrt."),
    ("closed", "letter"): _("{who} hat ein Gespräch beendet, es kann als Brief weitergehen."),
    ("closed", "letters"): _("{who} hat einen Fall abgeschlossen, in dem Briefe geschrieben wurden."),
    ("closed", "filed"): _("{who} hat einen beendeten Fall abgeschlossen."),
    ("exported", ""): _("{who} hat einen Fall kopiert."),
    ("exported", "trail"): _("{who} hat dieses Protokoll als Tabelle gespeichert."),
    ("exported", "seeker"): _("Die junge Person hat eine Kopie ihres Falls gespeichert."),
    ("erased", ""): _("Ein Fall wurde gelöscht, weil seine Frist um war."),
    ("erased", "wish"): _("Ein Fall wurde gelöscht, weil die junge Person es wollte."),
    ("content_refused", ""): _("{who} hat etwas aufgerufen, das nur Beratende öffnen, und wurde abgewiesen."),
    ("file_locked", ""): _("{who} hat eine Datei gemeldet, sie ist gesperrt."),
    ("file_locked", "seeker"): _("Die junge Person hat eine Datei gemeldet, sie ist gesperrt."),
    ("file_deleted", ""): _("{who} hat eine gesperrte Datei endgültig gelöscht."),
    ("facts_changed", ""): _("{who} hat Angaben eines Falls geändert."),
    ("agreed", ""): _("{who} hat in einem Fall eine Vereinbarung festgehalten."),
    ("risk_assessed", ""): _("{who} hat in einem Fall die Gefahr eingeschätzt."),
    ("risk_assessed", "green"): _("{who} hat in einem Fall die Gefahr eingeschätzt: Grün."),
    ("risk_assessed", "yellow"): _("{who} hat in einem Fall die Gefahr eingeschätzt: Gelb."),
    ("risk_assessed", "orange"): _("{who} hat in einem Fall die Gefahr eingeschätzt: Orange."),
    ("risk_assessed", "red"): _("{who} hat in einem Fall die Gefahr eingeschätzt: Rot."),
    ("risk_read", ""): _("{who} hat die Einschätzung einer Gefahr geöffnet."),
    ("risk_seen", ""): _("{who} hat die Einschätzung einer Gefahr als gesehen bestätigt."),
    ("consultation_asked", ""): _("{who} hat {whom} ohne Namen um fachlichen Rat gebeten."),
    ("consultation_answered", ""): _("{who} hat {whom} fachlichen Rat gegeben."),
    ("partner_written", ""): _("{who} hat im Verzeichnis von {whom} eine Stelle eingetragen oder geändert."),
    ("partners_imported", ""): _("{who} hat eine Tabelle ins Verzeichnis von {whom} eingelesen."),
    ("referral_handed", ""): _("{who} hat in einem Fall eine Ankündigung übergeben."),
    ("referral_handed", "print"): _("{who} hat in einem Fall eine Ankündigung zum Drucken geöffnet."),
    ("referral_handed", "code"): _("{who} hat in einem Fall einen Code für eine Ankündigung ausgestellt."),
    ("referral_opened", ""): _("Eine andere Stelle hat die Ankündigung eines Falls mit ihrem Code geöffnet."),
    ("room_set", ""): _("{who} hat eingestellt, wo {whom} per Video spricht."),
    ("offer_withdrawn", ""): _("{who} hat eine Zeit zurückgezogen, die {whom} angeboten hat."),
    ("offer_withdrawn", "cancelled"): _(
        "{who} hat eine Zeit zurückgezogen, die {whom} angeboten hat, und die Termine darin abgesagt."
    ),
    ("offer_withdrawn", "series"): _("{who} hat eine ganze Serie von Zeiten zurückgezogen, die {whom} angeboten hat."),
    ("offer_withdrawn", "series_cancelled"): _(
        "{who} hat eine ganze Serie von Zeiten zurückgezogen, die {whom} angeboten hat, und die Termine darin abgesagt."
    ),
    ("campaign_changed", ""): _("{who} hat einen Link für Plakate und Webseiten angelegt oder geändert."),
    ("hours_changed", ""): _("{who} hat die Öffnungszeiten von {whom} geändert."),
    ("hours_changed", "chat"): _("{who} hat die Chat-Zeiten von {whom} geändert."),
    ("hours_changed", "office"): _("{who} hat die offene Sprechstunde von {whom} geändert."),
    ("special_day_set", ""): _("{who} hat für {whom} einen besonderen Tag eingetragen."),
    ("special_day_set", "chat"): _("{who} hat für den Chat von {whom} einen besonderen Tag eingetragen."),
    ("special_day_set", "office"): _(
        "{who} hat für die offene Sprechstunde von {whom} einen besonderen Tag eingetragen."
    ),
    ("special_day_set", "dropped"): _("{who} hat einen besonderen Tag von {whom} gelöscht."),
    ("announcement_set", ""): _("{who} hat einen Aushang für alle Seiten eingetragen."),
    ("announcement_set", "changed"): _("{who} hat einen Aushang für alle Seiten geändert."),
    ("announcement_set", "dropped"): _("{who} hat einen Aushang für alle Seiten gelöscht."),
    ("help_changed", ""): _("{who} hat einen Hilfskontakt geändert."),
    ("help_changed", "added"): _("{who} hat einen Hilfskontakt eingetragen."),
    ("help_changed", "order"): _("{who} hat die Reihenfolge der Hilfskontakte geändert."),
    ("topic_changed", ""): _("{who} hat ein Thema geändert."),
    ("topic_changed", "added"): _("{who} hat ein Thema eingetragen."),
    ("topic_changed", "on"): _("{who} hat ein Thema eingeschaltet."),
    ("topic_changed", "off"): _("{who} hat ein Thema ausgeschaltet."),
    ("topic_changed", "order"): _("{who} hat die Reihenfolge der Themen geändert."),
    ("capacity_set", ""): _("{who} hat geändert, wie viele Chats {whom} zugleich führt."),
    ("on_call_changed", ""): _("{who} hat die Rufbereitschaft von {whom} geändert."),
    ("modules_changed", ""): _("{who} hat einen Baustein von {whom} geändert."),
    ("modules_changed", "added"): _("{who} hat für {whom} einen Baustein angelegt."),
    ("modules_changed", "dropped"): _("{who} hat einen Baustein von {whom} gelöscht."),
    ("modules_changed", "order"): _("{who} hat die Reihenfolge der Bausteine von {whom} geändert."),
    ("absence_set", ""): _("{who} hat für {whom} eine Abwesenheit eingetragen."),
    ("absence_set", "dropped"): _("{who} hat eine Abwesenheit von {whom} beendet."),
    ("foreword_written", ""): _("{who} hat das Vorwort eines Jahresberichts geändert."),
    ("release_frozen", ""): _("Die Statistik eines Zeitraums wurde veröffentlicht."),
    ("alert_set", ""): _("{who} hat eine Grenze für die Schicht von {whom} geändert."),
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
