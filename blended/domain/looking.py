"""What somebody looks for, as a word for an address: it can be gone back to, and whoever sees it learns nothing.

A search on a telephone that a family shares would otherwise stand in its history, and in the logs of a proxy.
"""

import base64
import json
from dataclasses import astuple
from typing import Final

from blended.domain.directory import Wanted
from counselling.vault import operational
from counselling.vault.master import KeyFileProblem
from counselling.vault.sealing import Unreadable

_PURPOSE: Final = "looking-for|v1"
_LONGEST: Final = 4000


def hidden(wanted: Wanted) -> str:
    """Letters, digits, - and _; nothing where nothing is looked for."""
    if wanted == Wanted():
        return ""
    sealed = operational.seal_operational(json.dumps(astuple(wanted)).ljust(256), _PURPOSE)
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def found(word: str) -> Wanted:
    """What it stands for; nothing, for a word of nobody's."""
    if not word or len(word) > _LONGEST:
        return Wanted()
    try:
        sealed = base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4))
        return Wanted(*json.loads(operational.open_operational(sealed, _PURPOSE)))
    except (ValueError, Unreadable, KeyFileProblem):
        return Wanted()
