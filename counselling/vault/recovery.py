"""Keys and codes on paper: Crockford's base32 in groups, forgiving to read (https://www.crockford.com/base32.html)."""

import hashlib
import re
import secrets
from uuid import UUID

from counselling.vault.digests import every_keyed, keyed

CODES = 10
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 5
_KEY_BYTES = 32
_CHECK_BYTES = 3  # with the key just fills 56 letters; a slip goes unnoticed once in 16 million times
_KEY_LETTERS = (_KEY_BYTES + _CHECK_BYTES) * 8 // _BITS
_KEY_GROUP = 4
_CODE_LETTERS = 10  # 50 bits
_CODE_GROUP = 5
_IGNORED = re.compile(r"[\s\-\u2010-\u2015]+")
_LOOKALIKES = str.maketrans("OIL", "011")


class Misread(ValueError):
    """What was typed is no recovery key, or one with a slip; carries nothing of it."""


def printed(private: bytes) -> str:
    """A 32-byte private half as 14 groups of four letters and digits, the last five of them a checksum."""
    number = int.from_bytes(private + _checksum(private), "big")
    letters = [_LETTERS[number >> shift & 31] for shift in range((_KEY_LETTERS - 1) * _BITS, -1, -_BITS)]
    return _grouped("".join(letters), _KEY_GROUP)


def read(text: str) -> bytes:
    """The private half again, whatever the case, spaces, dashes, O for 0, I or L for 1; raises Misread."""
    letters = _plain(text)
    if len(letters) != _KEY_LETTERS or not set(letters) <= set(_LETTERS):
        raise Misread
    number = 0
    for letter in letters:
        number = number << _BITS | _LETTERS.index(letter)
    data = number.to_bytes(_KEY_BYTES + _CHECK_BYTES, "big")
    private, check = data[:_KEY_BYTES], data[_KEY_BYTES:]
    if check != _checksum(private):
        raise Misread
    return private


def recovery_codes(count: int = CODES) -> list[str]:
    """Codes for the day the second factor is lost, 50 bits each, such as "7K3MQ-R2X9B"; every one works once."""
    return [
        _grouped("".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS)), _CODE_GROUP) for _ in range(count)
    ]


def code_digest(staff_id: UUID, code: str) -> bytes:
    """What the database keeps of a recovery code: 32 bytes, keyed with the active master key."""
    return keyed("recovery-code", _code_of(staff_id, code))


def every_code_digest(staff_id: UUID, code: str) -> list[bytes]:
    """Under each master key: a code that was stored before a rotation still works."""
    return every_keyed("recovery-code", _code_of(staff_id, code))


def _code_of(staff_id: UUID, code: str) -> str:
    return f"{staff_id}|{_plain(code)}"


def _checksum(private: bytes) -> bytes:
    return hashlib.sha256(b"recovery|v1|" + private).digest()[:_CHECK_BYTES]


def _plain(text: str) -> str:
    """The letters alone; what stands on no paper becomes a question mark."""
    letters = _IGNORED.sub("", text).upper().translate(_LOOKALIKES)
    return letters.encode("ascii", "replace").decode()


def _grouped(letters: str, size: int) -> str:
    return "-".join(letters[start : start + size] for start in range(0, len(letters), size))
