"""What reaches a log: one line per event, of fields that are known here, and nothing that somebody wrote.

Our own lines are made of codes (CONTRIBUTING.md) and come as they are. What a library says is printed only where it is
a constant of its source, without what was to be filled in; else the place alone tells. Of an exception there is its
class and the innermost lines of ours, never its text, which may be a value, a statement or an address.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
OURS: Final = ("counselling", "chat", "blended")
FIGURES: Final = ("duration", "count")  # `extra=` of our own lines: seconds, a number
MOST_PLACES = 3
LONGEST = 400

log = logging.getLogger("counselling.process")


class Lines(logging.Formatter):
    """For people at a console: time, level, logger, what happened."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        told = fields(record)
        head = " ".join(str(told.pop(name)) for name in ("time", "level", "logger", "event"))
        del told["process"]
        return " ".join([head, *(f"{name}={value}" for name, value in told.items())])


class JsonLines(logging.Formatter):
    """For machines: one JSON object per line, with no other fields than those of `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        return json.dumps(fields(record), ensure_ascii=False)


class Console(logging.StreamHandler[Any]):
    """Standard error. Python's own would print a record that cannot be formatted, with all that was to go into it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        """Say that there was one, and where; where not even that can be written, whoever logs goes on."""
        with suppress(OSError, ValueError):
            sys.stderr.write(f"a log line could not be written: {_place(record.pathname, record.lineno)}\n")


def fields(record: logging.LogRecord) -> dict[str, object]:
    """The time (UTC), level, logger, event, process; kind and place of an exception; duration (s), count of ours."""
    ours = record.name.split(".")[0] in OURS
    told: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "event": _one_line(_own(record) if ours else _foreign(record)),
        "process": record.process,
    }
    if record.exc_info and record.exc_info[1]:
        told |= {"kind": type(record.exc_info[1]).__name__, "place": places(record.exc_info[2])}
    elif not ours:
        told["place"] = _place(record.pathname, record.lineno)
    return told | {name: value for name in FIGURES if isinstance(value := getattr(record, name, None), int | float)}


def kind_and_place(error: BaseException) -> str:
    """`ValueError at views.py:31`: the class and the innermost line of ours, nothing that was passed along."""
    return f"{type(error).__name__} at {places(error.__traceback__, most=1)}"


def places(trace: TracebackType | None, *, most: int = MOST_PLACES) -> str:
    """`hub.py:12 > writer.py:31`: the innermost lines of ours, or of whoever it was when none is."""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if _in_house(frame.filename)] or frames
    return " > ".join(_place(frame.filename, frame.lineno) for frame in ours[-most:]) or "unknown"


def guard() -> None:
    """From now on also what ends the process or a thread, and what Python warns of, is told by this rule."""
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def twisted(event: Mapping[str, Any]) -> None:
    """Observe Twisted's log, which else prints failures with all they say, and takes Python's warnings."""
    failure = event.get("log_failure") or event.get("failure")  # of its newer and of its older way
    if failure is not None:
        kind = getattr(failure.type, "__name__", "Failure")
        log.error("the network's side failed: %s at %s", kind, places(failure.getTracebackObject(), most=1))
    elif "warning" in event:
        log.warning(
            "Python warns: %s at %s", event.get("category"), _place(event.get("filename", ""), event.get("lineno"))
        )


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    log.critical("nobody caught: %s at %s", kind.__name__, places(trace or getattr(error, "__traceback__", None)))


def _own(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return str(record.msg)


def _foreign(record: logging.LogRecord) -> str:
    """The text as it stands in the library's source, its blanks left open; nothing if it was put together."""
    frame = sys._getframe()  # noqa: SLF001 -- who logs is up the stack: handlers are asked at once
    while frame is not None:
        if frame.f_lineno == record.lineno and frame.f_code.co_filename == record.pathname:
            return str(record.msg) if record.msg in frame.f_code.co_consts else ""
        frame = frame.f_back  # type: ignore[assignment]  # None above the first
    return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _place(filename: str, line: int | None) -> str:
    return f"{Path(filename).name}:{line}"


def _in_house(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts
