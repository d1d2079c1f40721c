"""Macs over public halves: whoever can only write the database puts none of their own in the place of another.

HPKE's base mode says nothing about who sealed, so what is sealed *to* has to be proved. A mac is `kid length | kid |
HMAC-SHA256 (32)` under HKDF(master, "vouch|v1"), over what the half is for and the half itself. It proves that this
server wrote the two together at some time, not that they are the newest.
"""

import hashlib
import hmac
from uuid import UUID

from counselling.vault.master import KeyFileProblem, keyring

_MAC = 32


def team_key(team: UUID, epoch: int) -> bytes:
    """What a team's public half of one epoch is vouched for as."""
    return b"team|v1|" + team.bytes + epoch.to_bytes(8, "big")


def staff_key(staff: UUID) -> bytes:
    """As above: the public half of a member of staff."""
    return b"staff|v1|" + staff.bytes


def paper(team: UUID) -> bytes:
    """As above: the public half of a team's printed recovery key."""
    return b"paper|v1|" + team.bytes


def place(team: UUID, epoch: int, staff: UUID) -> bytes:
    """As above: the public half with which somebody was let into an epoch."""
    return b"place|v1|" + team.bytes + epoch.to_bytes(8, "big") + staff.bytes


def vouch(what: bytes, public: bytes | memoryview) -> bytes:
    """The mac of `public` as `what`, under the active master key."""
    kid = keyring().active_kid
    return bytes((len(kid),)) + kid.encode() + _mac(kid, what, bytes(public))


def vouches(mac: bytes | memoryview, what: bytes, public: bytes | memoryview) -> bool:
    """Whether this server once vouched for `public` as `what`; False as well when the key file lost the key."""
    kid = kid_of(mac)
    try:
        return bool(kid) and hmac.compare_digest(bytes(mac)[1 + len(kid) :], _mac(kid, what, bytes(public)))
    except KeyFileProblem:
        return False


def kid_of(mac: bytes | memoryview) -> str:
    """The master key that a mac hangs on; "" for what is none."""
    mac = bytes(mac)
    if not mac or len(mac) != 1 + mac[0] + _MAC:
        return ""
    return mac[1 : 1 + mac[0]].decode("ascii", "replace")


def _mac(kid: str, what: bytes, public: bytes) -> bytes:
    return hmac.new(keyring().derive("vouch|v1", kid), what + public, hashlib.sha256).digest()
