"""Return codes: 80 random bits that open a case again within its keeping time, easy to copy by hand.

Crockford's base32 (no I, L, O, U), four groups of four: `7K3M-Q9RT-02XV-H8CD`. 80 bits: security.md section 2.
"""

import re
import secrets
import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS, _LENGTH, _GROUP = 80, 16, 4
_FORGIVEN = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s_.\-\u2010-\u2015\u2212\u00ad]+")
_CODE = re.compile(f"[{_ALPHABET}]{{{_LENGTH}}}")
_MOST_TYPED = 100  # code points; nobody types more by mistake


def new_code() -> str:
    """A fresh code in its written form, `XXXX-XXXX-XXXX-XXXX`."""
    return _written(secrets.randbits(_BITS))


def _written(number: int) -> str:
    return _grouped("".join(_ALPHABET[number >> shift & 31] for shift in range(_BITS - 5, -1, -5)))


def normalise(text: str) -> str | None:
    """The written form of what somebody typed, or None if it cannot be a code.

    Forgives case, spaces, dashes, full-width letters, and O for 0, I and L for 1.
    """
    if len(text) > _MOST_TYPED:
        return None
    typed = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_FORGIVEN)
    return _grouped(typed) if _CODE.fullmatch(typed) else None


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
