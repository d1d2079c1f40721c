"""What browsers tell each other to meet, without any address but a relay's (RFC 8866, RFC 8839, RFC 9429).

Our pages send nothing else; this is the second lock, for pages that are not ours. Of a description only lines that a
call needs are handed on, each rebuilt or matched to its end: there is no room in it for an address, a name or a text.
"""

import re
from collections.abc import Callable
from typing import Final

MOST_CHARACTERS: Final = 24_000  # Chromium's description of one sound and one picture, all codecs: about 7,000
MOST_LINES: Final = 500
MOST_MEDIA: Final = 4
NOWHERE: Final = "0.0.0.0"  # noqa: S104 -- the address that stands for none (RFC 9429 section 5.2.1), nothing listens
_DISCARD: Final = 9  # its port

# a=… that a call needs, by name; whatever else is dropped.
_ATTRIBUTES: Final = frozenset(
    {
        *("bundle-only", "extmap", "extmap-allow-mixed", "fingerprint", "fmtp", "group", "ice-lite", "ice-options"),
        *("ice-pwd", "ice-ufrag", "inactive", "mid", "msid", "msid-semantic", "recvonly", "rid", "rtcp-fb", "rtcp-mux"),
        *("rtcp-mux-only", "rtcp-rsize", "rtpmap", "sendonly", "sendrecv", "setup", "simulcast", "ssrc", "ssrc-group"),
    }
)
_VALUE: Final = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,1023}")
_ADDRESS: Final = r"[0-9A-Za-z.:-]{1,255}"
_CANDIDATE: Final = re.compile(
    r"candidate:(?P<foundation>[0-9A-Za-z+/]{1,32}) (?P<component>[12]) (?P<transport>udp|tcp|ssltcp|tls)"
    rf" (?P<priority>\d{{1,10}}) (?P<address>{_ADDRESS}) (?P<port>\d{{1,5}}) typ (?P<kind>host|srflx|prflx|relay)"
    r"(?P<rest>(?: [\x21-\x7e]{1,256} [\x21-\x7e]{1,256}){0,12})",
    re.IGNORECASE,
)
_KEPT: Final = ("tcptype", "generation", "ufrag")  # of a candidate; network-id and -cost tell of the device
_ORIGIN: Final = re.compile(rf"\S{{1,64}} (?P<id>\d{{1,20}}) (?P<version>\d{{1,20}}) IN IP[46] {_ADDRESS}")
_MEDIA: Final = re.compile(
    r"(?P<kind>audio|video) (?P<port>\d{1,5}) (?P<transport>UDP/TLS/RTP/SAVPF) (?P<types>[\d ]+)"
)
_CONNECTION: Final = re.compile(rf"IN IP[46] {_ADDRESS}")
_RTCP: Final = re.compile(rf"\d{{1,5}}(?: IN IP[46] {_ADDRESS})?")
_TIMES: Final = re.compile(r"\d{1,20} \d{1,20}")
_BANDWIDTH: Final = re.compile(r"(?:AS|TIAS|CT):\d{1,10}")


class NotRelayed(ValueError):
    """A candidate that shows a device's own address."""


def clean_description(text: str, *, relay_only: bool = True) -> str:
    """The description without addresses; candidates other than a relay's are left out of it.

    Raises ValueError for what no browser would send. `relay_only` is False only in a demo without a relay.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError("size")
    lines = [line for line in re.split(r"\r\n|\n", text) if line]
    if not lines or lines[0] != "v=0" or len(lines) > MOST_LINES:
        raise ValueError("sdp")
    if sum(line.startswith("m=") for line in lines) > MOST_MEDIA:
        raise ValueError("media")
    kept = [clean for line in lines if (clean := _line(line, relay_only=relay_only))]
    return "".join(f"{line}\r\n" for line in kept)


def clean_candidate(text: str, *, relay_only: bool = True) -> str:
    """One candidate, rebuilt without what its address was related to; "" says that there are no more.

    Raises NotRelayed for an address of a device, ValueError for what is none.
    """
    if not text:
        return ""
    found = _CANDIDATE.fullmatch(text)
    if not found:
        raise ValueError("candidate")
    if relay_only and found["kind"].lower() != "relay":
        raise NotRelayed("relay")
    words = found["rest"].split()
    more = dict(zip(words[::2], words[1::2], strict=True))
    names = ("foundation", "component", "transport", "priority", "address", "port")
    known = "candidate:" + " ".join(found[name] for name in names) + f" typ {found['kind'].lower()}"
    related = f" raddr {NOWHERE} rport 0" if found["kind"].lower() != "host" else ""
    return known + related + "".join(f" {name} {more[name]}" for name in _KEPT if name in more)


def _line(line: str, *, relay_only: bool) -> str:
    """The line as it is handed on, "" where it is dropped."""
    if line[1:2] != "=":
        raise ValueError("line")
    kind, value = line[0], line[2:]
    if kind == "a":
        return _attribute(value, relay_only=relay_only)
    clean = _LINES.get(kind)
    return clean(value) if clean else ""


def _attribute(value: str, *, relay_only: bool) -> str:
    name, _, _rest = value.partition(":")
    if name == "candidate":
        try:
            return f"a={clean_candidate(value, relay_only=relay_only)}"
        except NotRelayed:
            return ""
    if name == "rtcp":
        _whole(_RTCP, value.partition(":")[2])
        return f"a=rtcp:{_DISCARD} IN IP4 {NOWHERE}"
    if name == "end-of-candidates":
        return "a=end-of-candidates"
    if name not in _ATTRIBUTES:
        return ""
    _whole(_VALUE, value)
    return f"a={value}"


def _origin(value: str) -> str:
    found = _whole(_ORIGIN, value)
    return f"o=- {found['id']} {found['version']} IN IP4 {NOWHERE}"


def _media(value: str) -> str:
    """Ports stay 0 where the medium is refused; any other would be the port of an address."""
    found = _whole(_MEDIA, value)
    port = 0 if int(found["port"]) == 0 else _DISCARD
    return f"m={found['kind']} {port} {found['transport']} {found['types']}"


def _connection(value: str) -> str:
    _whole(_CONNECTION, value)
    return f"c=IN IP4 {NOWHERE}"


def _times(value: str) -> str:
    _whole(_TIMES, value)
    return "t=0 0"


def _bandwidth(value: str) -> str:
    _whole(_BANDWIDTH, value)
    return f"b={value}"


def _whole(pattern: re.Pattern[str], value: str) -> re.Match[str]:
    found = pattern.fullmatch(value)
    if not found:
        raise ValueError("sdp")
    return found


# Other lines (i= u= e= p= k= …) could hold a text and are of no use to a browser.
_LINES: Final[dict[str, Callable[[str], str]]] = {
    "v": lambda _value: "v=0",
    "s": lambda _value: "s=-",
    "o": _origin,
    "t": _times,
    "c": _connection,
    "m": _media,
    "b": _bandwidth,
}
