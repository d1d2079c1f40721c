"""Case keys for their holders and team keys for their members: HPKE, bound to what and whom they are for.

`holder` names one holder for good, such as "team:<uuid>:<epoch>", "seeker:<uuid>" or "staff:<uuid>". A seal that was
moved to another case, team, epoch or holder does not open.
"""

from uuid import UUID

from counselling.vault.pairs import PrivateKey, open_with, seal_to
from counselling.vault.sealing import Unreadable, padded, unpadded

_KEY_BYTES = 32


def seal_case_key(key: bytes, public: bytes | memoryview, case: UUID, holder: str) -> bytes:
    """The key of `case` for the one with the private half of `public`: 81 bytes. Raises ValueError as `seal_to`."""
    return seal_to(public, key, _case(case, holder))


def open_case_key(private: bytes | PrivateKey, sealed: bytes | memoryview, case: UUID, holder: str) -> bytes:
    """The case key again, 32 bytes; raises Unreadable whatever is wrong."""
    return _key(open_with(private, sealed, _case(case, holder)))


def seal_team_key(private: bytes, public: bytes | memoryview, team: UUID, epoch: int, holder: str) -> bytes:
    """The private half of the team's `epoch` for one member, or the recovery key. Raises ValueError as `seal_to`."""
    return seal_to(public, private, _team(team, epoch, holder))


def open_team_key(private: bytes, sealed: bytes | memoryview, team: UUID, epoch: int, holder: str) -> bytes:
    """The team's private half again, opened by the member's own; raises Unreadable whatever is wrong."""
    return _key(open_with(private, sealed, _team(team, epoch, holder)))


def seal_text(text: str, public: bytes | memoryview, place: UUID, holder: str) -> bytes:
    """A padded text for one person's public half, bound to the random id of its `place`; ValueError as `seal_to`."""
    return seal_to(public, padded(text.encode()), _text(place, holder))


def open_text(private: bytes, sealed: bytes | memoryview, place: UUID, holder: str) -> str:
    """The text again; raises Unreadable whatever is wrong."""
    try:
        return unpadded(open_with(private, sealed, _text(place, holder))).decode()
    except ValueError:
        raise Unreadable from None


def _text(place: UUID, holder: str) -> bytes:
    return b"text|v1|" + place.bytes + holder.encode()


def _case(case: UUID, holder: str) -> bytes:
    return b"case|v1|" + case.bytes + holder.encode()


def _team(team: UUID, epoch: int, holder: str) -> bytes:
    return b"team|v1|" + team.bytes + epoch.to_bytes(8, "big") + holder.encode()


def _key(opened: bytes) -> bytes:
    """Anybody can seal anything to a public half; what is no key is refused here."""
    if len(opened) != _KEY_BYTES:
        raise Unreadable
    return opened
