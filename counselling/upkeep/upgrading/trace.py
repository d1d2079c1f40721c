"""Where an upgrade stands, on disk before each step begins: one that was interrupted is known, and goes on there."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

NAME: Final = "upgrade.json"
STEPS: Final = ("backup", "migrate", "verify", "static", "done")


@dataclass(frozen=True)
class Trace:
    """One upgrade. Holds numbers, names of tables and migrations, digests; nothing of anybody."""

    step: str  # the one that was begun last
    began: str  # UTC, ISO 8601
    code: str  # `code.fingerprint()` of what is put in place
    release: str
    release_before: str
    migrations: list[str] = field(default_factory=list)  # those that were to be run
    backup: str = ""  # its time stamp; "" where none was written
    counts: dict[str, int] = field(default_factory=dict)  # rows per table, right before the first migration
    sealed: dict[str, str] = field(default_factory=dict)  # `state.sealed()`, likewise

    @property
    def is_half(self) -> bool:
        """Whether it stopped when migrations may have begun: what it knows of before cannot be found out again."""
        return self.step in {"migrate", "verify", "static"}


def read(var: Path) -> Trace | None:
    """The last upgrade here, or None. One that cannot be read counts as none."""
    with suppress(OSError, ValueError, TypeError):
        known = Trace(**json.loads((var / NAME).read_text()))
        return known if known.step in STEPS else None
    return None


def write(var: Path, trace: Trace) -> None:
    """On disk when this returns, whole, in place of the last one. Raises OSError."""
    made = var / f".{NAME}.new"
    with open(made, "w", opener=_mine_alone) as file:
        json.dump(asdict(trace), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    made.replace(var / NAME)
    directory = os.open(var, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _mine_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
