"""No address but a relay's passes, and nothing that could hold one, or a text."""

import pytest

from blended.domain import sdp
from tests.blended.call_world import CLEAN, DESCRIPTION, HOST, REFLEXIVE, RELAYED


def test_a_description_is_handed_on_without_addresses_names_and_foreign_lines() -> None:
    assert sdp.clean_description(DESCRIPTION) == CLEAN
    assert sdp.clean_description(CLEAN) == CLEAN


def test_a_demo_without_a_relay_keeps_the_candidates() -> None:
    clean = sdp.clean_description(DESCRIPTION, relay_only=False)

    assert [line.split("typ ")[1].split()[0] for line in clean.splitlines() if "typ" in line] == [
        "host",
        "srflx",
        "relay",
    ]
    assert "203.0.113.5 rport" not in clean
    assert "raddr 192.168" not in clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ich heiße Lena",
        "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
        "v=0\r\nm=audio 9 RTP/AVP 0\r\n",
        "v=0\r\no=alice 1 2 IN IP4 10.0.0.1 und mehr\r\n",
        "v=0\r\nc=IN IP4 10.0.0.1/127\r\n",
        "v=0\r\nt=gestern heute\r\n",
        "v=0\r\nb=X-ICH:1\r\n",
        "v=0\r\nkein Feld\r\n",
        "v=0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ relay raddr\r\n",
        "v=0\r\na=rtcp:9 IN IP4 10.0.0.1 10.0.0.2\r\n",
        "v=0\r\na=mid:\x07\r\n",
        "v=0\r\n" + "a=mid:0\r\n" * 501,
        "v=0\r\n" + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" * 5,
        "v=0\r\n" + "a=fmtp:" + "x" * 24_001,
    ],
)
def test_what_no_browser_would_send_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        sdp.clean_description(text)


@pytest.mark.parametrize(
    "candidate", [HOST, REFLEXIVE, REFLEXIVE.replace("srflx", "prflx"), HOST.replace("host", "HOST")]
)
def test_an_address_of_a_device_is_refused(candidate: str) -> None:
    with pytest.raises(sdp.NotRelayed):
        sdp.clean_candidate(candidate)


def test_a_candidate_of_the_relay_forgets_what_it_relates_to() -> None:
    told = f"{RELAYED} ufrag BW1B network-id 3 network-cost 10"

    assert sdp.clean_candidate(told) == RELAYED.replace("203.0.113.5 rport 40123", "0.0.0.0 rport 0") + " ufrag BW1B"
    assert sdp.clean_candidate("") == ""


@pytest.mark.parametrize(
    "candidate",
    [
        "candidate:",
        f"{RELAYED}\r\na={HOST}",
        f"{RELAYED} allein",
        f"{RELAYED} typ",
        RELAYED.replace("198.51.100.7", "ein Ort mit Leerzeichen"),
        RELAYED.replace("typ relay", "typ wolke"),
        " " + RELAYED,
    ],
)
def test_a_candidate_is_one_line_of_known_words(candidate: str) -> None:
    with pytest.raises(ValueError, match="candidate"):
        sdp.clean_candidate(candidate)
