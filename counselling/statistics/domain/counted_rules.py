"""Which count rows a key figure counts, and which code of a row a dimension reads: docs/statistics.md as a program."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple


class Row(NamedTuple):
    """A count row without its month."""

    event: str
    channel: str
    weekday: int
    band: int
    codes: Mapping[str, Any]


class Rule(NamedTuple):
    """Rows of some events, all of them or those for which `holds`; `weight` is what one counts for (hours: minutes)."""

    events: tuple[str, ...]
    holds: Callable[[Row], bool] | None = None
    weight: Callable[[Row], int] | None = None


class Value(NamedTuple):
    """A whole number that rows of a key figure carry; None where one carries none."""

    figure: str
    of: Callable[[Row], int | None]


def _is(code: str, *wanted: object) -> Callable[[Row], bool]:
    """Whether a row's code is one of these."""
    return lambda row: row.codes.get(code) in wanted


_DEMAND: Final = ("asked", "asked_again")
_ABANDONED: Final = ("left", "abandoned", "closed")
_REFUSED: Final = ("refused_full", "refused_closed", "refused_nobody")
_LETTER: Final = "letter"
_GOOD: Final = (4, 5)


def _begins(row: Row) -> bool:
    """A chat that broke off and goes on was counted when it began."""
    return not row.codes.get("resumed")


def _is_place(row: Row) -> bool:
    """The end of a place in the queue; "letter" is one as well, where it was written instead of waiting on."""
    return _begins(row) and (row.event != _LETTER or _is_instead(row))


def _is_instead(row: Row) -> bool:
    return row.channel == "chat"  # a letter that was sent counts by any other way


def _is_back(row: Row) -> bool:
    return row.event == "asked_again" or bool(row.codes.get("returning"))


FIGURES: Final[Mapping[str, Rule]] = {
    "demand": Rule(_DEMAND),
    "returning": Rule(_DEMAND, _is_back),
    "waited": Rule(("claimed", *_ABANDONED, _LETTER), _is_place),
    "claimed": Rule(("claimed",), _begins),
    "abandoned": Rule(_ABANDONED),
    "abandoned_share": Rule(_ABANDONED),
    "refused": Rule(_REFUSED),
    "closed_door": Rule(("closed_door",)),
    "offered": Rule(("offered",), weight=lambda row: int(row.codes["minutes"])),
    "campaign": Rule(("campaign",)),
    "answered": Rule(("answered",), _is("first", True)),
    "ended": Rule(("ended",)),
    "letters_in": Rule((_LETTER,), lambda row: not _is_instead(row)),
    "letters_out": Rule(("answered", "letter_staff")),
    "calls": Rule(("call",)),
    "changes": Rule(("media_change",)),
    "filed": Rule(("filed",)),
    "referrals": Rule(("filed",), lambda row: bool(row.codes.get("referral"))),
    "announced": Rule(("referral",), _is("step", "closed")),
    "risk": Rule(("risk",), lambda row: bool(row.codes.get("new"))),
    "serious": Rule(("risk",), lambda row: bool(row.codes.get("serious"))),
    "dates": Rule(("date_kept", "date_missed")),
    "missed": Rule(("date_missed",)),
    "feedback": Rule(("feedback",)),
    "helped": Rule(("feedback",), _is("helped", *_GOOD)),
}


# --- whole numbers ---------------------------------------------------------------------------------------------------


def _number(code: str) -> Callable[[Row], int | None]:
    return lambda row: row.codes.get(code)


def _messages(row: Row) -> int | None:
    seeker, team = row.codes.get("messages_seeker"), row.codes.get("messages_team")
    return None if seeker is None or team is None else int(seeker) + int(team)


VALUES: Final[Mapping[str, Value]] = {
    "wait": Value("claimed", _number("wait")),
    "answer": Value("answered", _number("hours")),
    "duration": Value("ended", _number("duration")),
    "messages_seeker": Value("ended", _number("messages_seeker")),
    "messages_team": Value("ended", _number("messages_team")),
    "messages": Value("ended", _messages),
    "call": Value("calls", _number("duration")),
}

# --- dimensions ------------------------------------------------------------------------------------------------------


def _code(name: str) -> Callable[[Row], str]:
    """A code as a word; "" where the row has none."""

    def read(row: Row) -> str:
        found = row.codes.get(name)
        return "" if found is None else str(found)

    return read


def _band(name: str, *limits: int) -> Callable[[Row], str]:
    """In which band a whole number lies: u5 is below 5, o30 is what reaches the last limit."""

    def read(row: Row) -> str:
        number = row.codes.get(name)
        if number is None:
            return ""
        return next((f"u{limit}" for limit in limits if number < limit), f"o{limits[-1]}")

    return read


def _place(row: Row) -> str:
    return "abandoned" if row.event in _ABANDONED else row.event


def _again(row: Row) -> str:
    again = row.codes.get("again")
    return "" if again is None else "yes" if again else "no"


Reader = Callable[[Row], str | list[str]]
DIMENSIONS: Final[Mapping[str, Reader]] = {
    "weekday": lambda row: str(row.weekday),
    "band": lambda row: str(row.band),
    "age_band": _code("age_band"),
    "gender": lambda row: row.codes.get("gender") or "no_answer",
    "for_whom": _code("for_whom"),
    "returning": lambda row: "back" if _is_back(row) else "new",
    "strain": _code("strain"),
    "language": lambda row: str(row.codes.get("language")).partition("-")[0],
    "written": lambda row: "mail" if row.channel == "mail" else "chat",
    "ways_used": lambda row: row.codes.get("channels") or [],
    "change": lambda row: f"{row.codes.get('from')}_{row.codes.get('to')}",
    "how": _code("how"),
    "kept": lambda row: row.event.removeprefix("date_"),
    "wait": _band("wait", 5, 15, 30),
    "duration": _band("duration", 15, 30, 60),
    "answer": _code("wait"),
    "reason": lambda row: row.event.removeprefix("refused_"),
    "place": _place,
    "ended_by": _code("by"),
    "ending": _code("ending"),
    "contacts": _code("contacts"),
    "referral": _code("referral"),
    "outcome": _code("outcome"),
    "level": _code("level"),
    "helped": _code("helped"),
    "again": _again,
    "topic": lambda row: row.codes.get("topics") or [],
    "campaign": _code("campaign"),
}
