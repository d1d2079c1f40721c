"""The tables: events of one key figure by one or two dimensions, never more (security.md section 4)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from counselling.statistics.domain import definitions_dimensions as by
from counselling.statistics.domain.shapes import Table


def tables() -> tuple[Table, ...]:
    """In the order of the report; without the table of campaign links where there are none. Two queries."""
    campaigns = _campaigns()
    return (*_ASKED, *_WAITED, *_topics(), *_OUTCOMES, *((campaigns,) if campaigns.dimensions[0].values else ()))


_ASKED: Final = (
    Table(
        "demand_ways",
        _("Anfragen nach Weg, neu und wieder da"),
        "demand",
        (by.WRITTEN, by.RETURNING),
        _("Auf welchem Weg es begann. Wer später wechselt, steht hier weiter beim ersten Weg."),
    ),
    Table(
        "demand_times",
        _("Anfragen nach Wochentag und Uhrzeit"),
        "demand",
        (by.WEEKDAY, by.BAND),
        _("Wann sich jemand gemeldet hat. Nach dem Chat kann man nur fragen, wenn er offen ist; Briefe gehen immer."),
    ),
    Table(
        "demand_people",
        _("Anfragen nach Alter und Geschlecht"),
        "demand",
        (by.AGE_BAND, by.GENDER),
        _("Freiwillige Angaben, so wie sie gemacht wurden. Niemand prüft sie, und viele lassen sie aus."),
    ),
    Table(
        "demand_whom",
        _("Anfragen für sich oder für andere"),
        "demand",
        (by.FOR_WHOM,),
        _("Freiwillige Angabe. Manche fragen für jemand anderen und meinen sich."),
    ),
    Table(
        "demand_strain",
        _("Anfragen nach Belastung und Alter"),
        "demand",
        (by.STRAIN, by.AGE_BAND),
        _("Wie schwer es sich am Anfang anfühlte, nach eigener Angabe. Es ist keine Einschätzung der Beratung."),
    ),
    Table(
        "demand_languages",
        _("Anfragen nach Sprache"),
        "demand",
        (by.LANGUAGE,),
        _("Die gewünschte Sprache, sonst die der Seite. Welche Sprachen zu Hause gesprochen werden, steht hier nicht."),
    ),
    Table(
        "refused_reasons",
        _("Abgewiesen nach Grund und Uhrzeit"),
        "refused",
        (by.REASON, by.BAND),
        _("Voll heißt: Die Zeit bis zum Schluss hätte nicht gereicht. Versuche zählen, nicht Personen."),
    ),
    Table(
        "closed_door_times",
        _("Tippen an die geschlossene Tür nach Wochentag und Uhrzeit"),
        "closed_door",
        (by.WEEKDAY, by.BAND),
        _("Wann ein Chat gefragt gewesen wäre. Wer einfach wieder geht, wird nicht gezählt."),
    ),
)

_WAITED: Final = (
    Table(
        "places",
        _("Wie das Warten auf den Chat endete"),
        "waited",
        (by.PLACE,),
        _("Jeder Platz in der Warteschlange einmal. Ob jemand später wiederkam, steht hier nicht."),
    ),
    Table(
        "waits",
        _("Begonnene Chats nach Wartezeit und Uhrzeit"),
        "claimed",
        (by.WAIT, by.BAND),
        _("Die Uhrzeit ist die, zu der der Chat begann. Wer vorher ging, fehlt."),
    ),
    Table(
        "answers",
        _("Erste Antworten nach Zeit"),
        "answered",
        (by.ANSWER,),
        _("Vom ersten Brief bis zur ersten Antwort, nur Werktage gezählt. Was noch offen ist, fehlt."),
    ),
    Table(
        "chats",
        _("Beendete Chats nach Dauer und Ende"),
        "ended",
        (by.DURATION, by.ENDED_BY),
        _("Wer den Chat beendet hat und wie lange er dauerte. Ein gutes Gespräch kann auch in Stille enden."),
    ),
    Table(
        "changes",
        _("Wechsel des Weges"),
        "changes",
        (by.CHANGE,),
        _("Von wo nach wo es weiterging. Wer wieder zurückging, steht trotzdem hier."),
    ),
    Table(
        "dates",
        _("Termine nach Art und Ausgang"),
        "dates",
        (by.HOW, by.KEPT),
        _("Ob sie stattfanden, sagt das Team. Abgesagte und verlegte zählen nicht."),
    ),
)


def _topics() -> tuple[Table, ...]:
    """Topics are those of the closing form: corrected by whoever counselled."""
    return (
        Table(
            "topics",
            _("Themen nach Alter"),
            "filed",
            (by.topic(), by.AGE_BAND),
            _("Höchstens drei Themen je Bogen, also mehr Nennungen als Bögen. Nicht jedes Thema kam zur Sprache."),
            overlaps=True,
        ),
    )


_OUTCOMES: Final = (
    Table(
        "endings",
        _("Ausgang nach Weg"),
        "filed",
        (by.ENDING, by.WRITTEN),
        _("Wie die Beratung den Ausgang einschätzt. Was danach geschah, weiß sie meist nicht."),
    ),
    Table(
        "contacts",
        _("Wie viele Kontakte"),
        "filed",
        (by.CONTACTS,),
        _("Chats, Briefe des Teams, Gespräche und Treffen bis zum Bogen. Gelöschtes zählt nicht mit."),
    ),
    Table(
        "ways",
        _("Auf welchen Wegen"),
        "filed",
        (by.WAYS_USED,),
        _("Alle Wege, auf denen jemand bis zum Bogen in Kontakt war; ein Bogen kann mehrere nennen."),
        overlaps=True,
    ),
    Table(
        "referrals",
        _("Wohin weiterverwiesen wurde"),
        "referrals",
        (by.REFERRAL,),
        _("Ein Ort je Bogen. Ob jemand dort ankam, steht hier nicht."),
    ),
    Table(
        "outcomes",
        _("Was aus Ankündigungen wurde"),
        "announced",
        (by.OUTCOME,),
        _("Nur gemeinsam geschriebene Ankündigungen, nach Kenntnis des Teams."),
    ),
    Table(
        "risk",
        _("Gefährdungsstufen"),
        "risk",
        (by.LEVEL,),
        _("Jede Stufe eines Falls einmal. Alter und Geschlecht stehen absichtlich nicht dabei."),
    ),
    Table(
        "feedback",
        _("Rückmeldungen"),
        "feedback",
        (by.HELPED, by.AGAIN),
        _("Freiwillige Antworten nach einem Gespräch. Wer enttäuscht ist, antwortet vielleicht seltener."),
    ),
)


def _campaigns() -> Table:
    return Table(
        "campaigns",
        _("Besuche nach Link"),
        "campaign",
        (by.campaign(),),
        _("Wie oft jemand über jeden Link kam. Ob daraus eine Anfrage wurde, wird nicht verknüpft."),
    )
