"""What the team's lists of letters are called, and what has just happened, by the codes that stand in addresses."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.errors import Taken

TABS: Final[Mapping[str, Promise]] = {
    "inbox": _("Eingang"),
    "mine": _("Meine"),
    "due": _("Heute fällig"),
    "answered": _("Beantwortet"),
    "reminders": _("Erinnerungen"),
    "closed": _("Abgeschlossen"),
}
HINTS: Final[Mapping[str, Promise]] = {
    "inbox": _("Briefe, die noch niemand übernommen hat. Was am meisten drängt, steht oben."),
    "mine": _("Alle Fälle, in denen du antwortest. Oben steht, wo Gefahr ist, dann, was auf dich wartet."),
    "due": _("Bei dir oder noch bei niemandem: heute fällig oder schon überfällig."),
    "answered": _("Jetzt ist die junge Person dran. Wenn sie schreibt, steht der Fall wieder unter Meine."),
    "reminders": _("Woran du dich erinnern wolltest, was neu einzuschätzen und was zu tun ist: bis heute."),
    "closed": _("In den letzten 90 Tagen abgeschlossen. Schreibt die junge Person wieder, geht der Fall weiter."),
}
EMPTY: Final[Mapping[str, Promise]] = {
    "inbox": _("Gerade liegt kein neuer Brief da."),
    "mine": _("Du beantwortest gerade keine Briefe. Neue findest du im Eingang."),
    "due": _("Heute ist nichts mehr fällig."),
    "answered": _("Gerade wartet ihr auf niemanden."),
    "reminders": _("Für heute ist nichts vorgemerkt."),
    "closed": _("In den letzten 90 Tagen wurde hier nichts abgeschlossen."),
}
SCOPES: Final[Mapping[str, Promise]] = {"": _("Meine und freie"), "team": _("Ganzes Team")}
STATES: Final[Mapping[str, Promise]] = {
    "": _("Alle"),
    "waits": _("Wartet auf Antwort"),
    "answered": _("Beantwortet"),
    "chat": _("Gerade im Chat"),
}
# Lists in which a colleague's cases can be shown as well.
SCOPED: Final = ("mine", "due", "answered", "reminders", "closed")

SAID: Final[Mapping[str, Promise | str]] = {
    "claimed": _("Der Fall ist jetzt bei dir."),
    "taken": Taken.sentence,
    "handed_over": _("Der Fall ist übergeben. Die junge Person sieht, wer jetzt antwortet."),
    "given_back": _("Der Fall liegt wieder im Eingang. Die Frist läuft weiter."),
    "reminded": _("Gemerkt. An dem Tag steht der Fall unter Erinnerungen."),
    "forgotten": _("Die Erinnerung ist weg."),
    "closed": _("Der Fall ist abgeschlossen."),
    "reassigned": _("Der Fall ist neu zugeteilt. Die junge Person sieht, wer jetzt antwortet."),
}
WARNINGS: Final = frozenset({"taken"})
