"""The adapters, byte for byte, against servers that check what comes as the real ones do; and how each fails."""

import hashlib
import logging
import re
import time
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import jwt
import pytest
from django.utils import timezone

from blended.domain.rooms import NotYet, RoomDown, RoomProblem, RoomRefused, Talk, lines, link
from blended.domain.rooms.bbb import BigBlueButton
from blended.domain.rooms.jitsi import Jitsi
from blended.domain.rooms.link import Pasted
from blended.domain.rooms.webex import Webex
from counselling.errors import DomainError
from tests.support.fake_rooms import APP_ID, SECRET, TOKEN, FakeRooms

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# domain.md section 5: the query of BigBlueButton's own documentation.
DOCUMENTED = {"name": "Test Meeting", "meetingID": "abc123", "attendeePW": "111222", "moderatorPW": "333444"}
VECTORS = {
    "sha1": "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17",
    "sha256": "da9185f7f333cfdfcd6eeac32dca3777510c4c436020d8b887ba5515bd1d189e",
}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> float:
    """Patience that a test has."""
    monkeypatch.setattr(lines, "SECONDS", 2.4)
    return 2.4


def talk(minutes: float = 60) -> Talk:
    now = timezone.now()
    return Talk(now - timedelta(minutes=5), now + timedelta(minutes=minutes))


def bbb(house: FakeRooms, secret: str = SECRET) -> BigBlueButton:
    return BigBlueButton(house.bbb, secret, house.algorithm)


def jitsi(house: FakeRooms) -> Jitsi:
    return Jitsi(house.url, APP_ID, SECRET)


def webex(house: FakeRooms, token: str = TOKEN) -> Webex:
    return Webex(token, house.url)


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


# --- BigBlueButton ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", VECTORS)
def test_the_documented_checksums(algorithm: str) -> None:
    url = BigBlueButton("https://bbb.example.org/bigbluebutton/", SECRET, algorithm).signed("create", DOCUMENTED)

    assert url == (
        "https://bbb.example.org/bigbluebutton/api/create?name=Test+Meeting&meetingID=abc123&attendeePW=111222"
        f"&moderatorPW=333444&checksum={VECTORS[algorithm]}"
    )


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_room_is_made_and_both_are_let_in(house: FakeRooms, algorithm: str) -> None:
    house.algorithm = algorithm
    meeting = talk()

    host, guest = (bbb(house).prepare(meeting, role, name) for role, name in (("host", "Mara ä+&="), ("guest", "Gast")))

    made = [one.fields for one in house.asked]
    assert [one["meetingID"] for one in made] == [meeting.memory["id"]] * 2
    assert UUID4.fullmatch(meeting.memory["id"])
    told = {
        name: value
        for name, value in made[0].items()
        if name not in {"meetingID", "attendeePW", "moderatorPW", "checksum"}
    }
    assert told == {
        "name": "Termin",
        "record": "false",
        "allowStartStopRecording": "false",
        "autoStartRecording": "false",
        "meetingKeepEvents": "false",
        "guestPolicy": "ASK_MODERATOR",
        "maxParticipants": "3",
        "duration": "60",
        "endWhenNoModerator": "true",
        "logoutURL": made[0]["logoutURL"],
        "disabledFeatures": made[0]["disabledFeatures"],
    }
    assert urlsplit(told["logoutURL"]).path == "/"
    assert "learningDashboard" in told["disabledFeatures"].split(",")
    for door, role, name in ((host, "MODERATOR", "Mara ä+&="), (guest, "VIEWER", "Gast")):
        asked = query_of(door.url)
        more = {"guest": "true"} if role == "VIEWER" else {}
        created = house.rooms[meeting.memory["id"]]["createTime"]
        expected = {"fullName": name, "meetingID": meeting.memory["id"], "role": role, "createTime": created} | more
        assert {key: value for key, value in asked.items() if key != "checksum"} == expected
        assert "successfullyJoined" in house.bbb_answer("join", urlsplit(door.url).query)


def test_a_link_opens_no_later_room(house: FakeRooms) -> None:
    meeting = talk()
    door = bbb(house).prepare(meeting, "guest", "Gast")
    house.rooms[meeting.memory["id"]]["createTime"] = "9"
    assert "mismatchCreateTimeParam" in house.bbb_answer("join", urlsplit(door.url).query)

    house.rooms.clear()
    assert "notFound" in house.bbb_answer("join", urlsplit(door.url).query)
    assert "checksumError" in house.bbb_answer("join", urlsplit(door.url).query.replace("VIEWER", "MODERATOR"))


def test_a_room_that_went_meanwhile_is_made_again(house: FakeRooms) -> None:
    meeting = talk()
    bbb(house).prepare(meeting, "host", "Mara")
    house.rooms.clear()

    door = bbb(house).prepare(meeting, "guest", "Gast")

    assert "successfullyJoined" in house.bbb_answer("join", urlsplit(door.url).query)


def test_an_id_that_is_taken_is_given_up_once(house: FakeRooms) -> None:
    meeting = talk()
    meeting.memory.update({"id": "taken", "host": "a", "guest": "b"})
    house.rooms["taken"] = {"attendeePW": "x", "moderatorPW": "y", "createTime": "1"}

    bbb(house).prepare(meeting, "host", "Mara")

    assert meeting.memory["id"] != "taken"
    assert UUID4.fullmatch(meeting.memory["id"])


def test_an_id_that_is_always_taken(house: FakeRooms) -> None:
    xml = "text:<response><returncode>FAILED</returncode><messageKey>idNotUnique</messageKey></response>"
    house.then += [xml, xml]
    with pytest.raises(RoomDown):
        bbb(house).prepare(talk(), "host", "Mara")


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ("text:<response><returncode>FAILED</returncode><messageKey>maxConcurrent</messageKey></response>", "answer"),
        ("text:<response><returncode>FAILED</returncode><messageKey>notFound</messageKey></response>", "answer"),
        ("text:<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey></response>", "secret"),
        ("text:<response><returncode>SUCCESS</returncode></response>", "answer"),
        ("text:<response><returncode>SUCCESS</returncode><createTime>&amp;x=1</createTime></response>", "answer"),
        ("text:<other/>", "answer"),
        ("text:<response><returncode>SUCCESS", "answer"),
        ("text", "answer"),
        ("bomb", "answer"),
        ("dtd", "answer"),
        ("packed", "answer"),
        ("large", "answer"),
        ("404", "answer"),
        ("401", "answer"),
        ("elsewhere", "elsewhere"),
    ],
)
def test_what_is_no_answer_of_bigbluebutton_is_refused(house: FakeRooms, answers: str, reason: str) -> None:
    house.then.append(answers)

    with pytest.raises(RoomRefused) as refusal:
        bbb(house).prepare(talk(), "host", "Mara")

    assert refusal.value.reason == reason
    assert len(house.asked) == 1


def test_another_secret_or_checksum_is_named(house: FakeRooms) -> None:
    for server in (bbb(house, "another secret"), BigBlueButton(house.bbb, SECRET, "sha1")):
        with pytest.raises(RoomRefused) as refusal:
            server.check()
        assert refusal.value.reason == "secret"
    assert "erkennt den Schlüssel an" in str(bbb(house).check())
    assert house.rooms == {}


# --- Jitsi -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "name", "affiliation"), [("host", "Mara", "owner"), ("guest", "Gast", "member")])
def test_a_token_is_good_for_one_room_and_ten_minutes(house: FakeRooms, role: str, name: str, affiliation: str) -> None:
    meeting = talk()

    door = jitsi(house).prepare(meeting, role, name)  # type: ignore[arg-type]

    room = urlsplit(door.url).path.removeprefix("/")
    assert UUID4.fullmatch(room)
    assert meeting.memory == {"room": room}
    token = query_of(door.url)["jwt"]
    user = house.jitsi_lets_in(room, token)
    assert (user["name"], user["affiliation"]) == (name, affiliation)
    assert UUID4.fullmatch(user["id"])
    assert UUID(user["id"]) != UUID(room)
    said = jwt.decode(token, options={"verify_signature": False})
    now = timezone.now().timestamp()
    assert now - 60 < said["nbf"] <= now < said["exp"] <= now + 600
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert [(one.method, one.path) for one in house.asked] == [("HEAD", "/config.js")]


def test_both_meet_in_one_room_each_with_a_token_of_their_own(house: FakeRooms) -> None:
    meeting = talk()
    doors = [jitsi(house).prepare(meeting, "guest", "Gast") for _ in range(2)]

    assert len({urlsplit(door.url).path for door in doors}) == 1
    assert len({door.url for door in doors}) == 2


def test_no_token_outlives_its_meeting(house: FakeRooms) -> None:
    meeting = talk(minutes=3)
    token = query_of(jitsi(house).prepare(meeting, "guest", "Gast").url)["jwt"]

    said = jwt.decode(token, options={"verify_signature": False})
    assert said["exp"] == int(meeting.ends_at.timestamp())


@pytest.mark.parametrize(
    "server", [Jitsi("https://localhost", "", SECRET), Jitsi("https://localhost", APP_ID, "short")]
)
def test_a_jitsi_that_is_half_configured_is_not_asked(house: FakeRooms, server: Jitsi) -> None:
    with pytest.raises(RoomRefused) as refusal:
        server.prepare(talk(), "host", "Mara")
    assert refusal.value.reason == "config"


# --- Webex -----------------------------------------------------------------------------------------------------------


def test_one_meeting_is_made_for_both(house: FakeRooms) -> None:
    meeting = talk()
    host = webex(house).prepare(meeting, "host", "Mara")
    guest = webex(house).prepare(meeting, "guest", "Gast")

    assert host == guest
    assert (guest.url, guest.code) == ("https://centre.webex.com/centre/j.php?MTID=m1", "BgJep@43")
    assert house.meetings == 1
    [asked] = house.asked
    assert (asked.method, asked.path, asked.headers["content-type"]) == ("POST", "/v1/meetings", "application/json")
    assert b"Gast" not in asked.body
    assert b"Mara" not in asked.body


@pytest.mark.parametrize(
    ("answers", "kind", "reason", "times"),
    [
        ("401", RoomRefused, "secret", 1),
        ("403", RoomRefused, "rights", 1),
        ("404", RoomRefused, "address", 1),
        ("400", RoomRefused, "answer", 1),
        ("302", RoomRefused, "elsewhere", 1),
        ("429", RoomDown, "busy", 1),
        ("429:600", RoomDown, "busy", 1),
        ("500", RoomDown, "failing", 1),
        ("503", RoomDown, "failing", 1),
        ("cut", RoomDown, "silent", 1),
        ("text:[]", RoomRefused, "answer", 1),
        ("text:{}", RoomRefused, "answer", 1),
        ("text:" + "[" * 20_000, RoomRefused, "answer", 1),
        ('text:{"webLink": "https://elsewhere.example/j", "password": "1"}', RoomRefused, "answer", 1),
        ('text:{"webLink": "https://a.webex.com@elsewhere.example/j", "password": "1"}', RoomRefused, "answer", 1),
        ('text:{"webLink": "javascript:alert(1)//.webex.com", "password": "1"}', RoomRefused, "answer", 1),
    ],
)
def test_a_meeting_is_never_made_twice(
    house: FakeRooms, answers: str, kind: type[RoomProblem], reason: str, times: int
) -> None:
    house.then.append(answers.replace("302", "elsewhere"))

    with pytest.raises(kind) as problem:
        webex(house).prepare(talk(), "host", "Mara")

    assert problem.value.reason == reason
    assert len(house.asked) == times


def test_what_was_not_done_is_asked_again_when_webex_says_so(house: FakeRooms) -> None:
    house.then.append("429:1")

    assert webex(house).prepare(talk(), "host", "Mara").url

    assert (len(house.asked), house.meetings) == (2, 1)


def test_a_wrong_token_is_named(house: FakeRooms) -> None:
    with pytest.raises(RoomRefused) as refusal:
        webex(house, "another").check()
    assert refusal.value.reason == "secret"
    assert "erkennt den Schlüssel an" in str(webex(house).check())


# --- a link or code --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "remembered"),
    [
        (" https://rooms.example/j/123?pwd=abc#x ", {"url": "https://rooms.example/j/123?pwd=abc#x"}),
        ("AB3-4F7-KL9", {"code": "AB3-4F7-KL9"}),
        ("123 456 789", {"code": "123 456 789"}),
    ],
)
def test_a_link_or_code_is_taken_as_it_is(text: str, remembered: dict[str, str]) -> None:
    assert link.read(text) == remembered


@pytest.mark.parametrize(
    "text",
    [
        "http://rooms.example/j",
        "https://user:pass@rooms.example/j",
        "https://@rooms.example/j",
        "https:///j",
        "https://[::1",
        "https://rooms.example:port/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//rooms.example/j",
        "https://rooms.example/a b",
        "https://rooms.example/\r\nx",
        'https://rooms.example/"><script>',
        "https://rooms.example/" + "x" * 1000,
        "komm zu mir, ich erkläre dir alles auf Discord",
        "abc",
        "",
    ],
)
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        link.read(text)


def test_a_code_shows_where_it_is_typed_in() -> None:
    meeting = talk()
    with pytest.raises(NotYet):
        Pasted("https://rooms.example").prepare(meeting, "guest", "Gast")
    meeting.memory["code"] = "AB3-4F7-KL9"

    door = Pasted("https://rooms.example").prepare(meeting, "guest", "Gast")

    assert (door.url, door.code) == ("https://rooms.example", "AB3-4F7-KL9")
    assert "AB3" not in repr(door)
    assert "AB3" not in repr(meeting)


# --- the line --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["500", "cut", "429:0"])
def test_a_question_that_does_no_harm_is_asked_twice(house: FakeRooms, how: str) -> None:
    house.then.append(how)

    assert bbb(house).prepare(talk(), "guest", "Gast").url

    assert house.paths() == ["/bigbluebutton/api/create"] * 2


@pytest.mark.parametrize("how", ["500", "cut"])
def test_twice_and_no_more(house: FakeRooms, how: str) -> None:
    house.then += [how] * 3
    with pytest.raises(RoomDown):
        bbb(house).prepare(talk(), "guest", "Gast")
    assert len(house.asked) == 2


@pytest.mark.parametrize("how", ["slow", "drip"])
def test_nobody_waits_for_longer_than_the_limit(house: FakeRooms, short: float, how: str) -> None:
    house.then += [how, how]
    began = time.monotonic()

    with pytest.raises(RoomDown) as problem:
        bbb(house).prepare(talk(), "guest", "Gast")

    assert problem.value.reason in {"slow", "silent"}  # a busy machine may not even connect in time
    assert time.monotonic() - began < short + 12  # what such a machine adds; without a limit it is 20 s each


def test_a_slow_server_that_recovers_is_asked_again(house: FakeRooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_OURS_TO_REPEAT", 10)  # three seconds, then the rest
    house.then.append("slow")
    assert bbb(house).prepare(talk(), "guest", "Gast").url


def test_nobody_there(house: FakeRooms) -> None:
    with pytest.raises(RoomDown) as problem:
        BigBlueButton("https://localhost:9/bigbluebutton", SECRET).prepare(talk(), "guest", "Gast")
    assert problem.value.reason == "silent"


def test_a_certificate_that_nobody_vouches_for(house: FakeRooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    for server in (bbb(house), jitsi(house), webex(house)):
        with pytest.raises(RoomRefused) as refusal:
            server.prepare(talk(), "host", "Mara")
        assert refusal.value.reason == "tls"
    assert house.asked == []


def test_a_certificate_for_another_name(house: FakeRooms) -> None:
    with pytest.raises(RoomRefused) as refusal:
        BigBlueButton(house.bbb.replace("localhost", "127.0.0.1"), SECRET).check()
    assert refusal.value.reason == "tls"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:1/bigbluebutton",
        "ftp://localhost",
        "file:///etc/passwd",
        "https://user:secret@localhost",
        "https://localhost?x=1",
        "https://localhost#x",
        "https://",
        "localhost",
        "https://local host",
        "https://localhost:99999",
        "",
    ],
)
def test_only_plain_https_addresses_are_asked(house: FakeRooms, address: str) -> None:
    for server in (BigBlueButton(address, SECRET), Jitsi(address, APP_ID, SECRET), Webex(TOKEN, address)):
        with pytest.raises(RoomRefused) as refusal:
            server.prepare(talk(), "host", "Mara")
        assert refusal.value.reason == "address"


def test_the_environment_s_proxy_sees_nothing(house: FakeRooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://localhost:9")
    assert bbb(house).check()


def test_neither_log_nor_exception_tells_anything(house: FakeRooms, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    house.then += ["500", "500", "elsewhere", "bomb", "cut", "cut"]
    told = []
    for _ in range(4):
        with pytest.raises(RoomProblem) as problem:
            bbb(house).prepare(talk(), "guest", "Gast")
        told.append(repr(problem.value) + str(problem.value) + repr(problem.value.__cause__))
    bbb(house).prepare(talk(), "guest", "Gast")

    checksum = hashlib.sha256(SECRET.encode()).hexdigest()
    written = "\n".join([caplog.text, *told])
    assert [word for word in ("localhost", SECRET, checksum, "checksum=", "meetingID") if word in written] == []
    assert SECRET not in repr(bbb(house)) + repr(jitsi(house))
    assert TOKEN not in repr(webex(house))


def test_the_times_of_webex_are_utc(house: FakeRooms) -> None:
    meeting = Talk(timezone.now() + timedelta(minutes=30), timezone.now() + timedelta(minutes=90))
    webex(house).prepare(meeting, "host", "Mara")

    said = house.asked[0].body.decode()
    assert f'"start": "{stamp(meeting.opens_at)}"' in said
    assert f'"end": "{stamp(meeting.ends_at)}"' in said


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
