"""Help contacts that a new installation begins with.

Numbers and hours come from reference/domain.md and were not called: a centre verifies them before it opens
(docs/centre.md lists what to check). `now`: somebody answers at once in the given hours; `later`: write at any time.
"""

from typing import Final, NamedTuple

Hours = tuple[tuple[str, str, str], ...]
ALWAYS: Final[Hours] = (("0123456", "00:00", "00:00"),)
LATER: Final[Hours] = ()


class DefaultContact(NamedTuple):
    """One contact; `hours` are (weekdays as digits from 0 = Monday, opens, closes)."""

    code: str
    name: str
    name_en: str
    channel: str
    number: str
    link: str
    languages: str
    hours: Hours
    note: str
    note_en: str
    emergency: bool = False
    cost: str = "free"


CONTACTS: Final = (
    DefaultContact(
        "112", "Notruf 112", "Emergency call 112", "spoken", "112", "", "de, en", ALWAYS,
        "Wenn du oder jemand anderes in Gefahr ist. Geht immer, auch ohne Guthaben.",
        "When you or somebody else is in danger. Always works, even without credit.",
        emergency=True,
    ),
    DefaultContact(
        "116111", "Nummer gegen Kummer", "", "spoken", "116 111", "https://www.nummergegenkummer.de", "de",
        (("012345", "14:00", "20:00"),),
        "Für Kinder und Jugendliche. Du bleibst anonym.",
        "For children and young people. You stay anonymous.",
    ),
    DefaultContact(
        "krisenchat", "krisenchat", "", "written", "", "https://krisenchat.de", "de, uk, ru", ALWAYS,
        "Chatten, wenn es dir schlecht geht, bis 25 Jahre. WhatsApp und SMS zeigen deine Nummer.",
        "Chat when you feel bad, up to the age of 25. WhatsApp and text messages show your number.",
    ),
    DefaultContact(
        "telefonseelsorge", "TelefonSeelsorge", "", "spoken", "0800 1110111", "https://www.telefonseelsorge.de", "de",
        ALWAYS,
        "Tag und Nacht hört dir jemand zu. Du bleibst anonym.",
        "Somebody listens, day and night. You stay anonymous.",
    ),
    DefaultContact(
        "telefonseelsorge-2", "TelefonSeelsorge, zweite Nummer", "TelefonSeelsorge, second number", "spoken",
        "0800 1110222", "https://www.telefonseelsorge.de", "de", ALWAYS,
        "Falls die andere Nummer besetzt ist.",
        "In case the other number is busy.",
    ),
    DefaultContact(
        "116123", "TelefonSeelsorge, kurze Nummer", "TelefonSeelsorge, short number", "spoken",
        "116 123", "https://www.telefonseelsorge.de", "de", ALWAYS,
        "Dasselbe Angebot, leichter zu merken.",
        "The same service, easier to remember.",
    ),
    DefaultContact(
        "116016", "Hilfetelefon Gewalt gegen Frauen", "Violence against women helpline", "spoken", "116 016",
        "https://www.hilfetelefon.de", "de, en, tr, ar, ru, uk, fr, es, pl, fa, gsg", ALWAYS,
        "Auch für Mädchen und junge Frauen und für alle, die ihnen helfen wollen. Mit Dolmetschen.",
        "For girls and young women too, and for everyone who wants to help them. With interpreters.",
    ),
    DefaultContact(
        "missbrauch", "Hilfe-Telefon Sexueller Missbrauch", "Sexual abuse helpline", "spoken", "0800 22 55 530",
        "https://www.hilfe-telefon-missbrauch.online", "de, en, gsg",
        (("024", "09:00", "14:00"), ("13", "15:00", "20:00")),
        "Auch wenn du dir nicht sicher bist, was passiert ist. Du bleibst anonym.",
        "Even if you are not sure what happened. You stay anonymous.",
    ),
    DefaultContact(
        "giftnotruf", "Giftnotruf Baden-Württemberg", "Poison helpline Baden-Württemberg", "spoken", "0761 19240", "",
        "de, en", ALWAYS,
        "Wenn du oder jemand anderes etwas Giftiges oder zu viele Tabletten genommen hat. Bei Lebensgefahr 112.",
        "When you or somebody else took something poisonous or too many pills. If a life is in danger: 112.",
        cost="call",
    ),
    DefaultContact(
        "116117", "Ärztlicher Bereitschaftsdienst", "Doctors on call", "spoken", "116 117", "https://www.116117.de",
        "de, en", ALWAYS,
        "Wenn du krank bist und keine Praxis offen hat.",
        "When you are ill and no doctor's practice is open.",
    ),
    DefaultContact(
        "elterntelefon", "Elterntelefon", "Helpline for parents", "spoken", "0800 1110550",
        "https://www.nummergegenkummer.de", "de",
        (("024", "09:00", "17:00"), ("13", "09:00", "19:00")),
        "Für Eltern und andere, die sich um dich kümmern.",
        "For parents and others who look after you.",
    ),
    DefaultContact(
        "jugendnotmail", "JugendNotmail", "", "written", "", "https://jugendnotmail.de", "de", LATER,
        "Schreib jederzeit, bis 19 Jahre. Dieselbe Person antwortet dir, meist nach ein bis zwei Tagen.",
        "Write at any time, up to the age of 19. The same person answers, mostly after one or two days.",
    ),
    DefaultContact(
        "bke", "bke-Jugendberatung", "", "written", "", "https://jugend.bke-beratung.de", "de", LATER,
        "Für alle von 14 bis 21. Schreib jederzeit, Antwort nach höchstens zwei Werktagen. Auch Gruppenchats.",
        "For everyone from 14 to 21. Write at any time, answers within two working days. Group chats too.",
    ),
    DefaultContact(
        "telefonseelsorge-online", "TelefonSeelsorge Mail und Chat", "TelefonSeelsorge mail and chat", "written", "",
        "https://online.telefonseelsorge.de", "de", LATER,
        "Mail jederzeit, Antwort meist nach ein bis zwei Tagen. Für den Chat suchst du dir dort einen Termin aus.",
        "Mail at any time, answers mostly after one or two days. For the chat you pick a time there.",
    ),
    DefaultContact(
        "110", "Polizei 110", "Police 110", "spoken", "110", "", "de, en", ALWAYS,
        "Wenn dir jemand Gewalt antut oder dich bedroht.",
        "When somebody hurts or threatens you.",
        emergency=True,
    ),
    DefaultContact(
        "nora", "Notruf-App nora", "nora emergency app", "written", "", "https://www.nora-notruf.de", "de, en", ALWAYS,
        "Notruf ohne Sprechen, auch für gehörlose Menschen. Die App braucht vorher eine Anmeldung.",
        "Emergency calls without speaking, for deaf people too. The app needs signing up beforehand.",
        emergency=True,
    ),
)  # fmt: skip
