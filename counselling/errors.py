"""What can go wrong in the domain, said for people and for machines; mapped to HTTP and frames at the edges."""

from typing import ClassVar, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal that people may read: `code` for machines, `sentence` for people, `status` for HTTP."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    sentence: str | Promise = _("Das hat nicht geklappt. Es ist nichts verloren. Versuch es bitte noch einmal.")

    def __init__(self, sentence: str | Promise | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(self.code)


class NotFound(DomainError):
    """Absent, or somebody else's: the two are never told apart (IDOR)."""

    code = "not_found"
    status = 404
    sentence = _("Das gibt es hier nicht oder nicht mehr.")


class Gone(DomainError):
    """A code that was right once: it is used up, or its time is over. Only whoever has it learns so."""

    code = "gone"
    status = 410
    sentence = _("Das gilt nicht mehr.")


class NotAllowed(DomainError):
    """The actor's role does not include this."""

    code = "not_allowed"
    status = 403
    sentence = _("Das geht mit diesem Zugang nicht.")


class Locked(DomainError):
    """The session holds no key for what is asked: locked, not let in yet, or from before the vault."""

    code = "locked"
    status = 423
    sentence = _("Dafür fehlt hier gerade der Schlüssel. Melde dich bitte noch einmal an.")


class Closed(DomainError):
    """The case or the door is closed."""

    code = "closed"
    status = 409
    sentence = _("Dieses Gespräch ist beendet. Du kannst es wieder aufnehmen.")


class Conflict(DomainError):
    """The same id came with another text, or the state moved on meanwhile."""

    code = "conflict"
    status = 409
    sentence = _("Inzwischen hat sich etwas geändert. Lade die Seite neu, es ist nichts verloren.")


class TooLong(DomainError):
    """The text is longer than allowed."""

    code = "too_long"
    status = 422
    sentence = _("Das ist zu lang für eine Nachricht. Teile sie auf, dein Text bleibt stehen.")


class Empty(DomainError):
    """There is no text."""

    code = "empty"
    status = 422
    sentence = _("Da steht noch nichts.")


class TooLate(DomainError):
    """The message was read meanwhile."""

    code = "too_late"
    status = 409
    sentence = _("Die Nachricht wurde schon gelesen. Zurücknehmen geht nur vorher.")


class SlowDown(DomainError):
    """Too much in too short a time."""

    code = "slow_down"
    status = 429
    sentence = _("Das ging sehr schnell. Warte kurz, dann geht es weiter.")


class Taken(DomainError):
    """A colleague was faster; a normal answer of the queue."""

    code = "taken"
    status = 409
    sentence = _("Jemand aus dem Team war gerade schneller.")


class AtCapacity(DomainError):
    """The counsellor has as many chats as they set."""

    code = "at_capacity"
    status = 409
    sentence = _("Du hast so viele Chats, wie du dir vorgenommen hast.")


class NobodyWaiting(DomainError):
    """The queue holds nobody who could be called now."""

    code = "nobody_waiting"
    status = 409
    sentence = _("Gerade wartet niemand.")


class Invalid(DomainError):
    """A value outside the declared ones."""

    code = "invalid"
    status = 422
    sentence = _("Das passt so noch nicht. Schau bitte noch einmal drüber.")


class Unavailable(DomainError):
    """The database does not answer; nothing was stored."""

    code = "unavailable"
    status = 503
    sentence = _("Das kommt gerade nicht an. Wir versuchen es weiter, dein Text bleibt stehen.")


# Whatever an `error` frame of chat/PROTOCOL.md can carry, apart from `bad_frame`, which is for authors of clients.
ON_A_LINE: Final = (
    NotFound,
    NotAllowed,
    Empty,
    TooLong,
    Closed,
    Conflict,
    TooLate,
    SlowDown,
    Locked,
    Unavailable,
)


def in_words(**own: str | Promise) -> dict[str, str | Promise]:
    """What a page says to each code that its line may bring: a socket knows no language, so frames speak the server's.

    `other` is for codes that are younger than the page; a page's `own` words win.
    """
    return {kind.code: kind.sentence for kind in ON_A_LINE} | {"other": DomainError.sentence} | own
