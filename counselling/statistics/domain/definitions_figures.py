"""The key figures: one number each for a whole period."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from counselling.statistics.domain.definitions_outcomes import OUTCOMES
from counselling.statistics.domain.shapes import Figure

_MINUTES: Final = _("Minuten")
_HOURS: Final = _("Stunden")
_PERCENT: Final = "%"

# --- who asked, and who was reached ----------------------------------------------------------------------------------

_ASKED: Final = (
    Figure(
        "demand",
        _("Anfragen"),
        "count",
        _(
            "Wie oft sich jemand in den Chat gestellt oder Briefe begonnen hat, auch zum wiederholten Mal. Es sind "
            "Anfragen, keine Personen; wer vor der Tür umkehren musste, steht unter „Abgewiesen“."
        ),
    ),
    Figure(
        "returning",
        _("Anfragen von Wiederkehrenden"),
        "share",
        _(
            "Anteil der Anfragen von jungen Menschen, deren früheres Gespräch noch da war. Wer alles gelöscht hat "
            "oder ohne Weg zurück kam, zählt als neu; der wahre Anteil liegt also höher."
        ),
        _PERCENT,
        "demand",
    ),
    Figure(
        "waited",
        _("Plätze in der Warteschlange"),
        "count",
        _("Wie oft ein Warten auf den Chat zu Ende ging, gleich wie. Wer noch wartet, zählt erst danach."),
    ),
    Figure(
        "claimed",
        _("Begonnene Chats"),
        "count",
        _(
            "Wie oft aus dem Warten ein Chat wurde. Ein Chat, der abbrach und weiterging, zählt einmal; verabredete"
            " Chats stehen bei den Terminen."
        ),
    ),
    Figure(
        "abandoned",
        _("Vergeblich gewartet"),
        "count",
        _(
            "Wie oft jemand die Warteschlange verließ, nicht mehr da war, als jemand Zeit hatte, oder bis zum "
            "Schluss wartete. Warum jemand ging, weiß niemand; manche kommen später wieder."
        ),
    ),
    Figure(
        "abandoned_share",
        _("Anteil vergeblichen Wartens"),
        "share",
        _("Von allen Plätzen in der Warteschlange. Wer stattdessen einen Brief schrieb, zählt nicht als vergeblich."),
        _PERCENT,
        "waited",
    ),
    Figure(
        "refused",
        _("Abgewiesen"),
        "count",
        _(
            "Wie oft jemand einen Platz im Chat wollte, während er voll oder zu war oder niemand da. Wer es dreimal"
            " versucht, zählt dreimal."
        ),
    ),
    Figure(
        "closed_door",
        _("Tippen an die geschlossene Tür"),
        "count",
        _(
            "Wie oft jemand bei geschlossenem Chat darauf tippte, dass ein Chat jetzt gut gewesen wäre. Es zeigt "
            "Bedarf außerhalb der Zeiten, aber nicht, wie viele Personen es waren."
        ),
    ),
    Figure(
        "offered",
        _("Angebotene Chatstunden"),
        "hours",
        _(
            "Wie lange der Chat wirklich offen war: innerhalb der Zeiten und mit jemandem am Platz, in angefangenen"
            " Viertelstunden. Wie viele zugleich da waren, sagt die Zahl nicht."
        ),
        _HOURS,
    ),
    Figure(
        "campaign",
        _("Besuche über Links"),
        "count",
        _("Wie oft jemand über einen Link oder QR-Code kam, etwa vom Plakat. Besuche, keine Personen."),
    ),
)

# --- how long and how much -------------------------------------------------------------------------------------------

_MEASURED: Final = (
    Figure(
        "wait_median",
        _("Wartezeit im Chat, mittlere"),
        "median",
        _("Die Hälfte derer, die drankamen, wartete höchstens so lange. Wer vorher ging, fehlt darin."),
        _MINUTES,
        "wait",
    ),
    Figure(
        "wait_p90",
        _("Wartezeit im Chat, neun von zehn"),
        "p90",
        _("Neun von zehn, die drankamen, warteten höchstens so lange. Wer vorher ging, fehlt darin."),
        _MINUTES,
        "wait",
    ),
    Figure(
        "answered",
        _("Erste Antworten auf Briefe"),
        "count",
        _("Wie viele zum ersten Mal einen Brief vom Team bekamen. Weitere Antworten stehen bei den Briefen."),
    ),
    Figure(
        "answer_median",
        _("Erste persönliche Antwort, mittlere"),
        "median",
        _(
            "Auf den ersten Brief kam in der Hälfte der Fälle höchstens so viel später eine Antwort. Gezählt werden"
            " nur Werktage, diese aber mit 24 Stunden; was noch offen ist, fehlt."
        ),
        _HOURS,
        "answer",
    ),
    Figure(
        "answer_p90",
        _("Erste persönliche Antwort, neun von zehn"),
        "p90",
        _(
            "In neun von zehn Fällen kam die erste Antwort höchstens so viel später. Gezählt werden nur Werktage, "
            "diese aber mit 24 Stunden; mehr als sechs Werktage zählen als sechs."
        ),
        _HOURS,
        "answer",
    ),
    Figure(
        "ended",
        _("Beendete Chats"),
        "count",
        _("Wie viele Chats zu Ende gingen, gleich wie. Ein Gespräch kann mehrere Chats haben."),
    ),
    Figure(
        "duration_median",
        _("Dauer eines Chats, mittlere"),
        "median",
        _(
            "Die Hälfte der Chats dauerte höchstens so lange, vom Beginn bis zum Ende oder, wenn niemand mehr "
            "schrieb, bis zum letzten Wort. Sie misst nicht die Arbeit davor und danach."
        ),
        _MINUTES,
        "duration",
    ),
    Figure(
        "messages_seeker",
        _("Nachrichten junger Menschen je Chat"),
        "median",
        _("In der Hälfte der Chats schrieben sie höchstens so viele Nachrichten. Über ihre Länge sagt das nichts."),
        "",
        "messages_seeker",
    ),
    Figure(
        "messages_team",
        _("Nachrichten des Teams je Chat"),
        "median",
        _("In der Hälfte der Chats schrieb das Team höchstens so viele. Über ihre Länge sagt das nichts."),
        "",
        "messages_team",
    ),
    Figure(
        "messages_mean",
        _("Nachrichten je Chat, Durchschnitt"),
        "mean",
        _("Alle Nachrichten beider Seiten, geteilt durch die Zahl der beendeten Chats. Wenige lange heben ihn an."),
        "",
        "messages",
    ),
    Figure(
        "letters_in",
        _("Briefe junger Menschen"),
        "count",
        _("Wie viele Briefe ankamen. Einer, der später zurückgenommen wurde, zählt mit."),
    ),
    Figure(
        "letters_out",
        _("Briefe des Teams"),
        "count",
        _(
            "Wie viele Briefe an junge Menschen hinausgingen, Antworten und andere. Ob sie gelesen wurden, steht "
            "hier nicht."
        ),
    ),
    Figure(
        "calls",
        _("Gespräche mit Stimme oder Video"),
        "count",
        _("Wie oft beide Seiten über die Seite miteinander sprachen. Telefonate und Treffen stehen bei den Terminen."),
    ),
    Figure(
        "call_median",
        _("Dauer eines Gesprächs, mittlere"),
        "median",
        _(
            "Die Hälfte der Gespräche mit Stimme oder Video dauerte höchstens so lange, gezählt ab dem Moment, in "
            "dem beide da waren."
        ),
        _MINUTES,
        "call",
    ),
    Figure(
        "changes",
        _("Wechsel des Weges"),
        "count",
        _(
            "Wie oft es auf anderem Weg weiterging, etwa vom Chat zu Briefen oder zum Sprechen. Vorschläge ohne Ja "
            "fehlen."
        ),
    ),
)

FIGURES: Final = (*_ASKED, *_MEASURED, *OUTCOMES)
