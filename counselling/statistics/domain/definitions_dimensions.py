"""What events are told apart by: the codes of the rooms below in their order, and along what they merge.

A row whose code is none of these counts under the last one that says so ("none", "other"): see `counted_rules`.
"""

from typing import Final

from django.conf.locale import LANG_INFO
from django.utils.dates import WEEKDAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import closing, facts, risk_words
from counselling.centre.domain import topics as centre_topics
from counselling.statistics.domain.shapes import Dimension, Text, codes_of
from counselling.statistics.models import Campaign

Values = tuple[tuple[str, Text], ...]

NONE: Final = ("none", _("keine Angabe"))
OTHER: Final = ("other", _("etwas anderes"))
_WAYS: Final[Values] = (
    ("chat", _("Chat")),
    ("mail", _("Briefe")),
    ("voice", _("Sprechen über die Seite")),
    ("video", _("Video")),
    ("phone", _("Telefon")),
    ("onsite", _("Treffen bei uns")),
)
_SPOKEN: Final = ("voice", "video", "phone", "onsite")
_TALKING: Final = ("talking", _("Sprechen oder Video"), ("voice", "video"))
_MEETING: Final = ("meeting", _("Telefon oder Treffen"), ("phone", "onsite"))

# --- when ------------------------------------------------------------------------------------------------------------

WEEKDAY: Final = Dimension(
    "weekday",
    _("Wochentag"),
    tuple((str(number), name) for number, name in sorted(WEEKDAYS.items())),
    (
        ("weekend", _("Samstag und Sonntag"), ("5", "6")),
        ("workdays", _("Montag bis Freitag"), ("0", "1", "2", "3", "4")),
    ),
)
BAND: Final = Dimension(
    "band",
    _("Uhrzeit"),
    tuple(
        (str(number), format_lazy(_("{first} bis {last} Uhr"), first=3 * number, last=3 * number + 3))
        for number in range(8)
    ),
    (
        ("night", _("nachts, 0 bis 6 Uhr"), ("0", "1")),
        ("morning", _("vormittags, 6 bis 12 Uhr"), ("2", "3")),
        ("evening", _("abends, 18 bis 24 Uhr"), ("6", "7")),
        ("early", _("nachts und vormittags, 0 bis 12 Uhr"), ("0", "1", "2", "3")),
        ("afternoon", _("nachmittags, 12 bis 18 Uhr"), ("4", "5")),
    ),
)

# --- who -------------------------------------------------------------------------------------------------------------

AGE_BAND: Final = Dimension(
    "age_band",
    _("Alter"),
    (*facts.AGE_BANDS, NONE),
    (
        ("u15", _("unter 15"), ("u12", "12_14")),
        ("18plus", _("18 oder älter"), ("18_20", "21_26", "27plus")),
        ("u18", _("unter 18"), ("u12", "12_14", "15_17")),
    ),
)
# Who skipped the question and who would not say are one: neither said.
GENDER: Final = Dimension(
    "gender",
    _("Geschlecht"),
    tuple(facts.GENDERS),
    (("neither", _("divers oder keine Angabe"), ("divers", "no_answer")),),
)
FOR_WHOM: Final = Dimension(
    "for_whom",
    _("Für wen"),
    (*facts.FOR_WHOM, NONE),
    (("not_me", _("nicht für sich, oder keine Angabe"), ("other", "none")),),
)
RETURNING: Final = Dimension("returning", _("Neu oder wieder da"), (("new", _("neu")), ("back", _("wieder da"))))
STRAIN: Final = Dimension(
    "strain",
    _("Belastung"),
    (*facts.STRAINS, NONE),
    (
        ("1_2", _("geht so oder belastet"), ("1", "2")),
        ("4_5", _("sehr schwer oder kaum auszuhalten"), ("4", "5")),
        ("3_5", _("schwer und mehr"), ("3", "4", "5")),
    ),
)
_LANGUAGES: Final = ("de", "en", "tr", "ar", "uk", "ru", "fr")  # as the forms offer them
LANGUAGE: Final = Dimension(
    "language",
    _("Sprache"),
    (*((code, LANG_INFO[code]["name_local"]) for code in _LANGUAGES), ("other", _("eine andere"))),
    (("not_de", _("nicht Deutsch"), (*_LANGUAGES[1:], "other")),),
)

# --- by which way ----------------------------------------------------------------------------------------------------

WRITTEN: Final = Dimension("written", _("Weg"), _WAYS[:2])
WAYS_USED: Final = Dimension("ways_used", _("Wege"), (*_WAYS, NONE), (_TALKING, _MEETING))
# One dimension, not two: a way never changes to itself, and cells that are always empty would have others merged.
CHANGE: Final = Dimension(
    "change",
    _("Wechsel"),
    (
        ("chat_mail", _("vom Chat zu Briefen")),
        ("chat_voice", _("vom Chat zum Sprechen")),
        ("chat_video", _("vom Chat zu Video")),
        ("chat_phone", _("vom Chat zum Telefon")),
        ("chat_onsite", _("vom Chat zum Treffen")),
        ("mail_chat", _("von Briefen zum Chat")),
        ("mail_voice", _("von Briefen zum Sprechen")),
        ("mail_video", _("von Briefen zu Video")),
        ("mail_phone", _("von Briefen zum Telefon")),
        ("mail_onsite", _("von Briefen zum Treffen")),
        OTHER,
    ),
    (
        ("chat_talking", _("vom Chat zum Sprechen oder Video"), ("chat_voice", "chat_video")),
        ("mail_talking", _("von Briefen zum Sprechen oder Video"), ("mail_voice", "mail_video")),
        ("chat_meeting", _("vom Chat zum Telefon oder Treffen"), ("chat_phone", "chat_onsite")),
        ("mail_meeting", _("von Briefen zum Telefon oder Treffen"), ("mail_phone", "mail_onsite")),
        ("chat_spoken", _("vom Schreiben im Chat zum Reden"), tuple(f"chat_{way}" for way in _SPOKEN)),
        ("mail_spoken", _("vom Schreiben in Briefen zum Reden"), tuple(f"mail_{way}" for way in _SPOKEN)),
    ),
)
HOW: Final = Dimension("how", _("Art des Termins"), (_WAYS[0], *_WAYS[2:]), (_TALKING, _MEETING))
KEPT: Final = Dimension("kept", _("Ausgang"), (("kept", _("fand statt")), ("missed", _("fand nicht statt"))))

# --- how long --------------------------------------------------------------------------------------------------------

WAIT: Final = Dimension(
    "wait",
    _("Wartezeit"),
    (
        ("u5", _("unter 5 Minuten")),
        ("u15", _("5 bis 14 Minuten")),
        ("u30", _("15 bis 29 Minuten")),
        ("o30", _("30 Minuten und mehr")),
    ),
    (("o15", _("15 Minuten und mehr"), ("u30", "o30")),),
)
DURATION: Final = Dimension(
    "duration",
    _("Dauer"),
    (
        ("u15", _("unter 15 Minuten")),
        ("u30", _("15 bis 29 Minuten")),
        ("u60", _("30 bis 59 Minuten")),
        ("o60", _("eine Stunde und mehr")),
    ),
    (("short", _("unter 30 Minuten"), ("u15", "u30")), ("long", _("30 Minuten und mehr"), ("u60", "o60"))),
)
# As `mail.domain.lights.band` codes them.
ANSWER: Final = Dimension(
    "answer",
    _("Zeit bis zur Antwort"),
    (
        ("u4h", _("unter 4 Stunden")),
        ("u1d", _("unter einem Werktag")),
        ("1d", _("ein Werktag")),
        ("2d", _("zwei Werktage")),
        ("3_5d", _("drei bis fünf Werktage")),
        ("o5d", _("länger als fünf Werktage")),
    ),
    (
        ("u2d", _("unter zwei Werktagen"), ("u4h", "u1d", "1d")),
        ("o2d", _("zwei Werktage und mehr"), ("2d", "3_5d", "o5d")),
    ),
)

# --- what, and what came of it ---------------------------------------------------------------------------------------

REASON: Final = Dimension(
    "reason",
    _("Grund"),
    (("full", _("voll")), ("closed", _("zu")), ("nobody", _("niemand da"))),
    (("not_open", _("zu oder niemand da"), ("closed", "nobody")),),
)
PLACE: Final = Dimension(
    "place",
    _("Ende des Wartens"),
    (
        ("claimed", _("kam dran")),
        ("abandoned", _("vergeblich gewartet")),
        ("letter", _("schrieb stattdessen einen Brief")),
    ),
)
ENDED_BY: Final = Dimension(
    "ended_by",
    _("beendet"),
    (
        ("seeker", _("vom jungen Menschen")),
        ("counsellor", _("von der Beratung")),
        ("silence", _("durch Stille")),
        ("letter", _("weiter in Briefen")),
        ("blocked", _("abgebrochen wegen Missbrauchs")),
        ("erased", _("alles gelöscht")),
    ),
    (("otherwise", _("auf andere Weise"), ("letter", "blocked", "erased")),),
)
ENDING: Final = Dimension(
    "ending",
    _("Ausgang"),
    tuple(closing.ENDINGS),
    (("otherwise", _("kein Anliegen oder sonstiges"), ("no_concern", "other")),),
)
CONTACTS: Final = Dimension(
    "contacts",
    _("Kontakte"),
    (
        ("0", _("keiner")),
        ("1", _("einer")),
        ("2_3", _("2 bis 3")),
        ("4_10", _("4 bis 10")),
        ("11plus", _("11 und mehr")),
    ),
    (("u2", _("höchstens einer"), ("0", "1")), ("o4", _("4 und mehr"), ("4_10", "11plus"))),
)
REFERRAL: Final = Dimension(
    "referral",
    _("wohin"),
    tuple(closing.REFERRALS),
    (
        ("health", _("Therapie, Arztpraxis oder Klinik"), ("therapy", "doctor")),
        ("aid", _("Beratung, Jugendamt oder Krisendienst"), ("advice", "youth_office", "crisis")),
        ("elsewhere", _("Schule oder woanders hin"), ("school", "other")),
    ),
)
OUTCOME: Final = Dimension(
    "outcome",
    _("Ausgang"),
    (
        ("arrived", _("dort angekommen")),
        ("not_arrived", _("nicht hingegangen")),
        ("helped_elsewhere", _("Hilfe anderswo gefunden")),
        ("no_place", _("dort war kein Platz")),
        ("unknown", _("nicht bekannt")),
    ),
    (
        ("found", _("Hilfe gefunden"), ("arrived", "helped_elsewhere")),
        ("not_found", _("keine Hilfe gefunden, oder nicht bekannt"), ("not_arrived", "no_place", "unknown")),
    ),
)
LEVEL: Final = Dimension(
    "level",
    _("Stufe"),
    tuple(risk_words.SHORT_LEVELS.items()),
    (("serious", _("Orange oder Rot"), ("orange", "red")), ("calm", _("Grün oder Gelb"), ("green", "yellow"))),
)
HELPED: Final = Dimension(
    "helped",
    _("Hat es geholfen?"),
    (*((str(step), format_lazy(_("{step} von 5"), step=step)) for step in closing.HELPED), NONE),
    (("4_5", _("4 oder 5 von 5"), ("4", "5")), ("1_3", _("1 bis 3 von 5"), ("1", "2", "3"))),
)
AGAIN: Final = Dimension("again", _("Wieder schreiben?"), (("yes", _("ja")), ("no", _("nein")), NONE))


def topic() -> Dimension:
    """The centre's topics, switched-off ones too; those that the program brings merge into groups. One query."""
    known = tuple(centre_topics.labels().items())
    grouped = {code for _new, _label, codes in _GROUPS for code in codes}
    own = tuple(code for code in codes_of(known) if code not in grouped)
    groups = ((new, label, tuple(code for code in codes if code in dict(known))) for new, label, codes in _GROUPS)
    unions = (*groups, ("others", _("andere Themen"), own))
    return Dimension("topic", _("Thema"), (*known, NONE), tuple(union for union in unions if len(union[2]) > 1))


_GROUPS: Final = (
    ("close", _("Familie, Freundschaft, Liebe"), ("family", "separation", "friends", "love")),
    ("body", _("Körper, Identität, Schwangerschaft"), ("identity", "health", "pregnancy", "eating")),
    ("life", _("Schule, Geld, Recht"), ("school", "money", "law", "racism")),
    ("feelings", _("Stimmung, Angst, Einsamkeit, Trauer"), ("mood", "anxiety", "loneliness", "grief")),
    ("violence", _("Gewalt und Mobbing"), ("violence-home", "sexual-violence", "bullying", "digital")),
    ("harm", _("Selbstverletzung, Sucht, nicht mehr leben wollen"), ("self-harm", "suicide", "addiction")),
)


def campaign() -> Dimension:
    """The campaign links that there ever were. One query."""
    return Dimension("campaign", _("Link"), tuple(Campaign.objects.values_list("code", "label")))
