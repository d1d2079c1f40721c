"""The frames of clients: whatever arrives is a typed command or an answerable mistake."""

import json
from dataclasses import asdict
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import protocol
from chat.protocol import BadFrame, Command
from counselling.cases.domain import timeline
from tests.chat.fuzz import CASE, GOOD, broken_frames

RULES = {"size", "json", "object", "type", "fields", "id", "seq", "text", "body", "NaN", "Infinity", "-Infinity"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)
field_values = st.sampled_from([CASE, 0, 1, "hallo", None, True, -1, 1.0, [], {}]) | json_values
near_frames = st.fixed_dictionaries(
    {"type": st.sampled_from([*GOOD, "nope"])},
    optional=dict.fromkeys(("case", "id", "after", "seq", "text", "extra"), field_values),
)


def outcome(text: str) -> Command | str:
    """The command, or the name of the broken rule."""
    try:
        return protocol.parse(text)
    except BadFrame as bad:
        return bad.why


@pytest.mark.parametrize("name", GOOD)
def test_each_command_is_read(name: str) -> None:
    command = protocol.parse(json.dumps({"type": name, **GOOD[name]}))

    assert type(command) is protocol.COMMANDS[name]
    assert {field: str(value) for field, value in asdict(command).items()} == {
        field: str(value) for field, value in GOOD[name].items()
    }


def test_broken_frames_are_more_than_two_hundred_and_all_refused() -> None:
    texts = [frame for frame in broken_frames() if isinstance(frame, str)]

    answers = [outcome(text) for text in texts]

    assert len(texts) > 200
    assert [text[:80] for text, answer in zip(texts, answers, strict=True) if answer not in RULES] == []


def told_id(text: str) -> UUID | None:
    """The id that a refused frame is answered with."""
    with pytest.raises(BadFrame) as refusal:
        protocol.parse(text)
    return refusal.value.id


@pytest.mark.parametrize(
    "broken",
    [
        {"text": "a\0b"},
        {"text": 7},
        {"case": "nobody"},
        {"extra": 1},
        {"type": "nope"},
        {"id": CASE.upper(), "text": None},
    ],
)
def test_a_refused_frame_keeps_the_id_by_which_its_author_knows_it(broken: dict[str, object]) -> None:
    post = {"type": "post", "case": CASE, "id": CASE, "text": "Hallo"}

    assert told_id(json.dumps(post | broken)) == UUID(CASE)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"type": "post"', '{"id": "' + CASE + '", "text": "' + "x" * 70_000 + '"}']
)
def test_what_is_not_read_is_told_without_an_id(text: str) -> None:
    assert told_id(text) is None


@pytest.mark.parametrize("bad", ["x", f"{{{CASE}}}", CASE.replace("-", ""), 7, None, [CASE]])
def test_what_is_no_id_is_not_repeated(bad: object) -> None:
    assert told_id(json.dumps({"type": "post", "case": CASE, "id": bad, "text": "Hallo"})) is None


@given(st.text())
def test_any_text_is_a_command_or_a_mistake(text: str) -> None:
    assert isinstance(outcome(text), Command | str)


@given(json_values)
def test_any_json_is_a_command_or_a_mistake(value: object) -> None:
    assert isinstance(outcome(json.dumps(value)), Command | str)


@given(near_frames)
def test_nearly_right_frames_are_right_or_refused(frame: dict[str, object]) -> None:
    answer = outcome(json.dumps(frame))

    if not isinstance(answer, str):
        assert frame.keys() == {"type"} | asdict(answer).keys()
        for field, value in asdict(answer).items():
            assert frame[field] == (str(value) if isinstance(value, UUID) else value)


@given(st.text(alphabet="0123456789abcdefABCDEF-_ {}٣+", min_size=36, max_size=36))
def test_only_canonical_ids_are_ids(text: str) -> None:
    answer = outcome(json.dumps({"type": "typing", "case": text}))

    assert answer == "id" or str(answer.case) == text.lower()  # type: ignore[union-attr]  # a Typing


@pytest.mark.parametrize(
    "text",
    [
        "11111111111141118111111111111111----",
        "1_111111-1111-4111-8111-111111111111",
        "+1111111-1111-4111-8111-111111111111",
    ],
)
def test_odd_spellings_of_an_id_are_refused(text: str) -> None:
    """An acknowledgement names the canonical form, which such a client would not recognise as its own."""
    assert outcome(json.dumps({"type": "typing", "case": text})) == "id"


def test_repeated_keys_never_confuse() -> None:
    assert outcome('{"type":"nope","type":"ping"}') == protocol.Ping()
    assert outcome('{"type":"ping","type":"nope"}') == "type"


@pytest.mark.parametrize("seq", [0, 1, protocol.MAX_SEQ])
def test_edges_of_seq(seq: int) -> None:
    assert protocol.parse(json.dumps({"type": "read", "case": CASE, "seq": seq})) == protocol.Read(UUID(CASE), seq)


def test_text_may_be_any_script_and_is_judged_by_the_domain() -> None:
    for text in ("", "  ", "x" * 5000, "👩‍👩‍👧", "مرحبا", "a\nb\tc", "\u200b", "<script>"):
        command = protocol.parse(json.dumps({"type": "post", "case": CASE, "id": CASE, "text": text}))
        assert command == protocol.Post(UUID(CASE), UUID(CASE), text)


def test_size_is_counted_in_bytes() -> None:
    wide = json.dumps({"type": "post", "case": CASE, "id": CASE, "text": "😀" * 16_400}, ensure_ascii=False)

    assert len(wide.encode()) > protocol.MAX_FRAME_BYTES > len(wide)
    assert outcome(wide) == "size"


def test_reading_a_decoded_frame_follows_the_same_rules() -> None:
    assert protocol.read({"type": "ping"}) == protocol.Ping()
    with pytest.raises(BadFrame):
        protocol.read({"type": ["ping"]})


def test_text_limit_is_the_domains() -> None:
    assert protocol.MAX_TEXT == timeline.MAX_TEXT
