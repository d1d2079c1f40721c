"""The codes of a risk assessment and what they are called: the ladder from thoughts to a time, and what protects."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from counselling.cases.domain.facts import Choices

LEVELS: Final[Choices] = [
    ("green", _("Grün: kein Hinweis auf Gefahr")),
    ("yellow", _("Gelb: Gedanken ohne Plan, Belastung, Risiken")),
    ("orange", _("Orange: Plan oder Mittel, gewichtige Anhaltspunkte")),
    ("red", _("Rot: unmittelbare Gefahr für sich oder andere")),
]
SHORT_LEVELS: Final = {"green": _("Grün"), "yellow": _("Gelb"), "orange": _("Orange"), "red": _("Rot")}
GONE: Final = _("Fehlt")  # in the place of an assessment that somebody deleted from the database

# From thoughts to a time within 24 to 48 hours: all four together mean imminent (domain.md section 3).
IDEATION: Final[Choices] = [
    ("unknown", _("nicht gefragt oder unklar")),
    ("none", _("keine")),
    ("passive", _("ja, nicht mehr leben wollen")),
    ("active", _("ja, sich etwas antun wollen")),
]
PLAN: Final[Choices] = [
    ("unknown", _("nicht gefragt oder unklar")),
    ("none", _("nein")),
    ("vague", _("ja, ungefähr")),
    ("concrete", _("ja, genau")),
]
MEANS: Final[Choices] = [
    ("unknown", _("nicht gefragt oder unklar")),
    ("none", _("nein")),
    ("reachable", _("erreichbar")),
    ("at_hand", _("zur Hand")),
]
TIMEFRAME: Final[Choices] = [
    ("unknown", _("nicht gefragt oder unklar")),
    ("none", _("keine")),
    ("later", _("irgendwann")),
    ("days", _("in 24 bis 48 Stunden")),
    ("now", _("jetzt")),
]
PARENTS: Final[Choices] = [
    ("unknown", _("nicht bekannt")),
    ("no", _("nein")),
    ("informed", _("informiert")),
    ("involved", _("einbezogen")),
]
LOCATION: Final[Choices] = [("unknown", _("nicht bekannt")), ("town", _("nur der Ort")), ("address", _("genau"))]

LADDER: Final = {
    "ideation": (_("Gedanken"), IDEATION),
    "plan": (_("Plan"), PLAN),
    "means": (_("Mittel"), MEANS),
    "timeframe": (_("Zeitpunkt"), TIMEFRAME),
}
AROUND: Final = {
    "parents": (_("Eltern einbezogen"), PARENTS),
    "location": (_("Aufenthaltsort bekannt"), LOCATION),
}
TEXTS: Final = {
    "said": _("Was wurde gesagt?"),
    "observed": _("Was wurde beobachtet?"),
    "protective": _("Was schützt?"),
    "participants": _("Wer hat mit eingeschätzt?"),
    "decision": _("Was ist entschieden?"),
    "next_step": _("Nächster Schritt"),
}

INSOFA_ON: Final = _("Fachkraft nach § 8a beraten am")

# What was done about a record, as its log tells it; `{who}` is an alias, for CALLS that of whoever was called.
# A call is noted when its mail is handed on: whether it arrives nobody can know.
CALLS: Final = ("alerted", "called_again")
ALARM_ADDRESS: Final = _("die Adresse für Alarme")
EVENTS: Final = {
    "assessed": _("{who} hat eingeschätzt."),
    "alerted": _("Ruf per E-Mail vorgemerkt: {who}."),
    "called_again": _("Noch nicht gesehen. Ruf per E-Mail vorgemerkt: {who}."),
    "rang": _("Niemand per E-Mail zu erreichen: Nur die Glocke auf den Seiten des Teams hat geläutet."),
    "read": _("{who} hat den Text geöffnet."),
    "seen": _("{who} hat es gesehen."),
    "where_asked": _("Nach dem Aufenthaltsort gefragt, freiwillig."),
    "where_told": _("Die junge Person hat etwas zu ihrem Aufenthaltsort geschrieben."),
    "chats_passed": _("{who} hat die anderen Chats in die Warteschlange gegeben."),
    "case_erased": _("Der Fall wurde gelöscht. Diese Einschätzung bleibt."),
}


def event(code: str, alias: str | None) -> str:
    """The sentence of a log's line; without an alias a call went to the address for alarms."""
    who = alias or (ALARM_ADDRESS if code in CALLS else "")
    return str(EVENTS.get(code, code)).format(who=who)


def label(choices: Choices, code: str) -> str:
    """What a code is called; the code itself when it is none of these."""
    return str(dict(choices).get(code, code))
