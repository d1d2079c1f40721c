"""Hands an upload to `mail/cleaner.py`, which lives for one file in a process without keys, and takes the clean one."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

from django.utils.translation import gettext_lazy as _

from counselling.errors import Invalid, Unavailable
from counselling.mail.domain.aside import one_at_a_time, stand_aside
from counselling.mail.domain.files import MOST_BYTES
from counselling.mail.models import File
from counselling.vault.chunks import BYTES

CLEANER: Final = Path(__file__).resolve().parent.parent / "cleaner.py"
_PATIENCE_SECONDS: Final = 20  # for those before, and again for one file
_LONGEST_HEAD: Final = 200
_line = threading.Semaphore(1)  # per process: what it costs is bounded

_SENTENCES: Final = {
    "kind": _("Das ist kein Bild und kein PDF. Anhängen kannst du JPEG, PNG, WebP und PDF."),
    "pixels": _("Dieses Bild ist zu groß. Mach ein Bildschirmfoto davon, das geht."),
    "broken": _("Diese Datei lässt sich nicht öffnen. Vielleicht ist sie beschädigt."),
    "active": _("In diesem PDF steckt etwas, das von selbst etwas tut. Druck es als neues PDF, das geht."),
    "password": _("Dieses PDF hat ein Passwort. Speichere es ohne, dann geht es."),
    "mixed": _("In dieser Datei steckt noch eine andere. Speichere sie neu, dann geht es."),
}


class Refused(Invalid):
    """The file is not taken: not what it should be, or harmful."""

    code = "refused_file"


class Busy(Unavailable):
    """Others are being checked; this one may be asked for again."""

    code = "busy"
    sentence = _("Gerade werden andere Dateien geprüft. Versuch es gleich noch einmal.")


@dataclass(frozen=True, slots=True)
class Clean:
    """What came out: its type by content, its length in bytes, its bytes (None: as they came in)."""

    media: str
    size: int
    parts: Iterator[bytes] | None = field(repr=False)


@contextmanager
def turn() -> Iterator[None]:
    """One file at a time in this process; raises Busy when the others take too long."""
    with one_at_a_time(_line, seconds=_PATIENCE_SECONDS) as mine:
        if not mine:
            raise Busy
        yield


@contextmanager
def clean(parts: Iterable[bytes], size: int) -> Iterator[Clean]:
    """The clean form of an upload of `size` bytes, to be read within the `with`. Raises Refused; needs `turn`."""
    worker = subprocess.Popen(  # noqa: S603 -- our own script, without a shell or any word from outside
        [sys.executable, "-I", str(CLEANER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd=os.sep,
    )
    given, taken = cast("IO[bytes]", worker.stdin), cast("IO[bytes]", worker.stdout)
    timer = threading.Timer(_PATIENCE_SECONDS, worker.kill)
    timer.start()
    try:
        yield _answer(given, taken, parts, size)
    finally:
        timer.cancel()
        worker.kill()
        for end in (given, taken):
            with suppress(BrokenPipeError):
                end.close()
        worker.wait()


def _answer(given: IO[bytes], taken: IO[bytes], parts: Iterable[bytes], size: int) -> Clean:
    with suppress(BrokenPipeError):  # it gave up; what it says tells why
        for part in parts:
            given.write(part)
        given.close()
    stand_aside()
    media, length = _head(taken.readline(_LONGEST_HEAD))
    return Clean(media, length, _read(taken, length)) if length else Clean(media, size, None)


def _head(line: bytes) -> tuple[str, int]:
    """(media type, bytes that follow), believed only within bounds: what wrote it has read a stranger's file."""
    try:
        head = json.loads(line)
        if "refused" in head:
            raise refused(head["refused"])
        media, length = File.Media(head["media"]), int(head["size"])
    except (ValueError, KeyError, TypeError):  # killed: out of time or memory
        raise refused("broken") from None
    if not 0 <= length <= MOST_BYTES or (length == 0) != (media == File.Media.PDF):
        raise refused("broken")
    return media, length


def _read(taken: IO[bytes], size: int) -> Iterator[bytes]:
    rest = size
    while rest > 0:
        part = taken.read(min(BYTES, rest))
        if not part:
            raise refused("broken")
        rest -= len(part)
        yield part


def refused(why: str) -> Refused:
    """With the sentence for it."""
    return Refused(_SENTENCES[why])
