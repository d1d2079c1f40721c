"""The frames of the server: built as declared, and never anything that JSON does not know."""

import datetime as dt
import json
from typing import Any
from uuid import UUID

import pytest

from chat import frames
from counselling import errors
from counselling.cases.domain import calls
from counselling.cases.domain.places import Place
from counselling.cases.domain.timeline import Line
from tests.chat.fuzz import CASE

ID = UUID(CASE)
AT = dt.datetime(2026, 11, 22, 18, 4, 5, 123_999, tzinfo=dt.UTC)


def line(**changed: Any) -> Line:
    base = {"kind": "message", "role": "seeker", "name": "", "seat": 1, "client_id": ID, "text": "Hi", "code": ""}
    return Line(**{"seq": 7, "at": AT, "about": None, **base, **changed})


def place(**changed: Any) -> Place:
    base = {"state": "called", "position": 1, "minutes": (2, 5), "open": "open", "deadline": AT, "by": "Linde"}
    base |= {"called_at": AT, "kept_until": None}
    return Place(**{**base, **changed})


def refusals() -> list[type[errors.DomainError]]:
    """Every declared refusal."""
    return sorted(errors.DomainError.__subclasses__(), key=lambda kind: kind.code)


CALL = calls.Place(case=ID, meeting=ID, page=ID)

BUILT = {
    "welcome": [frames.welcome("seeker", "", [{"case": CASE, "last_seq": 3, "state": "active"}])],
    "entry": [
        frames.entry(ID, line(), mine=True),
        frames.entry(ID, line(), mine=False),
        frames.entry(ID, line(hinted=True), mine=False),
        frames.entry(ID, line(kind="notice", text=None, code="closed", about={"by": "silence"}), mine=False),
        frames.entry(ID, line(kind="notice", text=None, code="taken_up"), mine=False),
        frames.entry(ID, line(kind="taken_back", text=None), mine=True),
        frames.entry(ID, line(kind="unreadable", text=None), mine=False),
    ],
    "caught_up": [frames.caught_up(ID, 9, {"seeker": 1, "counsellor": 2}, "active", [])],
    "ack": [frames.ack(ID, ID, 7, AT), frames.ack(ID, ID, 7, AT, helps=True)],
    "read": [frames.read(ID, "seeker", 7)],
    "typing": [frames.typing(ID, "counsellor", "Linde")],
    "case": [frames.case_changed(ID, "closed", [{"role": "counsellor", "name": "Linde", "here": True}], "silence")],
    "waiting": [frames.waiting(ID, place()), frames.waiting(ID, place(minutes=None, deadline=None, by=""))],
    "desk": [frames.DESK],
    "service": [frames.service(live=False)],
    "call": [
        frames.call(CALL, "both", ID),
        frames.call(CALL, "waiting", None),
        frames.call_over(CALL),
    ],
    "signal": [frames.signal(CALL, calls.Signal(role="seeker", page=ID, n=3, body={"kind": "bye"}))],
    "pong": [frames.PONG],
    "error": [
        frames.bad_frame("json"),
        frames.bad_frame("text", ID),
        *(frames.error(kind.__new__(kind)) for kind in refusals()),
        frames.error(errors.SlowDown(), case=ID, client_id=ID),
    ],
}


def test_a_hint_is_never_told_to_who_wrote_it() -> None:
    assert "hint" not in json.loads(frames.entry(ID, line(hinted=True), mine=True))


def test_every_declared_frame_is_built_here() -> None:
    assert BUILT.keys() == frames.FIELDS.keys()


@pytest.mark.parametrize("kind", BUILT)
def test_built_frames_have_the_declared_fields_and_no_others(kind: str) -> None:
    declared = frames.FIELDS[kind]
    needed = {name for name in declared if not name.startswith("[")}
    allowed = needed | {name.strip("[]") for name in declared}
    for text in BUILT[kind]:
        frame = json.loads(text)
        assert frame.pop("type") == kind
        assert needed <= frame.keys() <= allowed
    optional = {name for text in BUILT[kind] for name in json.loads(text)} - {"type"}
    assert optional == allowed


def test_id_is_told_to_the_author_alone() -> None:
    assert json.loads(frames.entry(ID, line(), mine=True))["id"] == CASE
    assert "id" not in json.loads(frames.entry(ID, line(), mine=False))


def test_text_stands_in_messages_alone_and_codes_in_notices_alone() -> None:
    notice = json.loads(frames.entry(ID, line(kind="notice", text=None, code="taken_up"), mine=False))

    assert "text" not in notice
    assert (notice["code"], notice["about"]) == ("taken_up", {})
    assert {"code", "about"}.isdisjoint(json.loads(frames.entry(ID, line(), mine=False)))


def test_stamp_is_utc_to_the_millisecond() -> None:
    assert frames.stamp(AT) == "2026-11-22T18:04:05.123Z"
    assert frames.stamp(dt.datetime(2026, 1, 2, 3, 4, 5, 7_000, tzinfo=dt.UTC)) == "2026-01-02T03:04:05.007Z"


def test_whatever_people_write_survives() -> None:
    for text in ('"quoted"\\', "\u2028\u2029", "</script>", "😀👩‍👩‍👧", "a\nb"):
        assert json.loads(frames.entry(ID, line(text=text), mine=False))["text"] == text


def test_a_missed_call_is_told_with_its_times() -> None:
    kept = json.loads(frames.waiting(ID, place(state="waiting", deadline=None, by="", kept_until=AT)))

    assert (kept["called_at"], kept["kept_until"]) == ("2026-11-22T18:04:05.123Z", "2026-11-22T18:04:05.123Z")


def test_only_slow_down_says_when_to_come_back() -> None:
    waits = {kind.code for kind in refusals() if "retry_ms" in json.loads(frames.error(kind.__new__(kind)))}

    assert waits == {"slow_down"}
