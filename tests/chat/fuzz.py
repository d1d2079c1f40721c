"""Two hundred and some frames that nobody should send: [3]-[6] of the list of attacks."""

import json
from uuid import UUID

CASE = "11111111-1111-4111-8111-111111111111"
GOOD = {
    "resume": {"case": CASE, "after": 0},
    "post": {"case": CASE, "id": CASE, "text": "hallo"},
    "take_back": {"case": CASE, "seq": 1},
    "read": {"case": CASE, "seq": 1},
    "typing": {"case": CASE},
    "got": {"case": CASE, "seq": 1},
    "call": {"case": CASE, "meeting": CASE, "page": CASE, "after": 0},
    "signal": {"case": CASE, "meeting": CASE, "page": CASE, "body": {}},
    "ping": {},
}
WRONG = {
    "case": [
        None,
        1,
        True,
        [],
        {},
        "",
        "x",
        CASE[:-1],
        CASE + "0",
        "z" * 36,
        f"{{{CASE[:-2]}}}",
        CASE.replace("-", ""),
    ],
    "id": [None, 7, False, "", "not-a-uuid", UUID(CASE).hex, "1_11111-1111-4111-8111-111111111111"],
    "meeting": [None, 7, "", CASE.replace("-", "")],
    "page": [None, 7, "", [CASE]],
    "body": [None, 7, "", [], [{}], True],
    "after": [None, "0", -1, 1.0, 0.5, True, 2**31, 10**30, [], 1e300],
    "seq": [None, "1", -1, 1.0, False, 2**31, 2**64, {}, float("1e308")],
    "text": [None, 1, True, [], {}, "a\0b", "\0", "\ud800", "x\udfff"],
}
NOT_JSON = [
    "",
    " ",
    "{",
    "}",
    "[",
    "[" * 30_000,
    '{"a":' * 30_000,
    "[" * 30_000 + "]" * 30_000,
    "NaN",
    "Infinity",
    "-Infinity",
    f'{{"type":"got","case":"{CASE}","seq":NaN}}',
    f'{{"type":"got","case":"{CASE}","seq":Infinity}}',
    f'{{"type":"got","case":"{CASE}","seq":-Infinity}}',
    '{"type":"ping"',
    '{"type":"ping"}}',
    '{"type":"ping"} {"type":"ping"}',
    "{'type':'ping'}",
    '{"type":"ping",}',
    '{type:"ping"}',
    '{"type":"post","text":"a\nb"}',
    "\ufeff" + '{"type":"ping"}',
    '{{"type":"got","case":"{}","seq":{}}}'.format(CASE, "9" * 5000),
    "nul",
    "tru",
    '"\\ud8"',
    "<ping/>",
    "type=ping",
    "0x10",
    "1.",
    "\x00",
    "\u2028",
]
NOT_OBJECTS = [
    "null",
    "true",
    "false",
    "0",
    "1.5",
    "-1",
    '"ping"',
    "[]",
    '["ping"]',
    '[{"type":"ping"}]',
    '"{}"',
    "1e5",
]
NO_SUCH_TYPE = [
    {},
    {"typ": "ping"},
    *(
        {"type": name}
        for name in [None, 1, True, [], {}, "", "Ping", "PING", "ping ", "pong", "welcome", "entry", "ack", "error"]
    ),
    *({"type": name} for name in ["join", "subscribe", "__class__", "parse", "chat.changed", "websocket.close", "\0"]),
]


def broken_frames() -> list[str | bytes]:
    """Every one of them breaks a rule of the page."""
    frames: list[str | bytes] = [*NOT_JSON, *NOT_OBJECTS, *map(json.dumps, NO_SUCH_TYPE)]
    for name, fields in GOOD.items():
        whole = {"type": name, **fields}
        frames.extend(json.dumps(whole | {extra: 1}) for extra in ("extra", "role", "mine", "Type", "", "at"))
        for field in fields:
            frames.append(json.dumps({key: value for key, value in whole.items() if key != field}))
            frames.extend(json.dumps(whole | {field: value}) for value in WRONG[field])
    frames.append(json.dumps({"type": "post", "case": CASE, "id": CASE, "text": "x" * 65_536}))
    frames.append(json.dumps({"type": "post", "case": CASE, "id": CASE, "text": "😀" * 16_400}, ensure_ascii=False))
    frames.extend([b"\x00\x01", b"{}", b'{"type":"ping"}', b"\xff" * 100])
    return frames
