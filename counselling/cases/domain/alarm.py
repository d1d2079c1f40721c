"""What does not open stands as such in its place, and whoever watches the audit log is told (security.md 28, 30)."""

import logging
from uuid import UUID

from counselling.vault import sealing
from counselling.vault.sealing import Binding

audit = logging.getLogger("counselling.audit")


def opened(key: bytes, sealed: bytes | memoryview, binding: Binding) -> str | None:
    """A sealed text of a case; None with an alarm where it was tampered with, moved or cut. The caller owns the key."""
    try:
        return sealing.open_sealed(key, sealed, binding)
    except sealing.Unreadable:
        does_not_open(binding.kind.name, binding.case)
        return None


def does_not_open(what: str, where: UUID) -> None:
    """Tell it: `what` is a word of the code (a kind), `where` the case or whatever else it belongs to."""
    audit.error("%s of %s does not open", what.lower(), where)


def missing(what: str, case: UUID, number: int) -> None:
    """Tell that `number` rows of something that is only ever added are not there any more."""
    audit.error("%d rows of %s of %s are missing", number, what.lower(), case)
