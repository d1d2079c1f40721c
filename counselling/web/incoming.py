"""A form with a file, read in the order in which it comes: the fields before the file, the file, the fields after it.

Django reads a whole form before any view is asked, into memory or onto a disk. A view within `in_parts` is asked when
the form has come as far as its file: `request.POST` holds what stood before it, `file_of` is the file while it comes,
and `rest` adds what stood behind it. A form without a file is whole from the first.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.http.multipartparser import (
    FIELD,
    FILE,
    ChunkIter,
    InputStreamExhausted,
    LazyStream,
    MultiPartParserError,
    Parser,
)
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from counselling.errors import Invalid
from counselling.web.bodies import SCOPE, CutOff

MOST_FIELDS: Final = 100
_AT_ONCE: Final = 65_536
_TAIL: Final = 512  # bytes at the end of a form, in which its last boundary has to stand
_BOUNDARY: Final = re.compile(r"[ -~]{0,69}[!-~]")  # RFC 2046, 5.1.1
View = Callable[..., HttpResponseBase]


class OneAtATime(Invalid):
    """Two files in one form."""

    code = "one_file"
    sentence = _("Es geht immer nur eine Datei auf einmal. Die erste ist angehängt, nimm die nächste danach.")


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file that is coming: its name as the browser gave it, its bytes, and how many there are at most."""

    name: str = field(repr=False)
    parts: Iterator[bytes] = field(repr=False)
    at_most: int


class Incoming:
    """One form on its way. Raises CutOff, RequestDataTooBig wherever it is not what a browser sends."""

    def __init__(self, request: HttpRequest) -> None:
        boundary = _boundary(request)
        scope: dict[str, Any] = getattr(request, "scope", {})
        self._source = _Watched(scope.get(SCOPE) or request, b"--" + boundary + b"--")
        pieces = ChunkIter(self._source, _AT_ONCE)  # type: ignore[arg-type]  # all it does is read
        self._parts = iter(Parser(LazyStream(pieces), boundary))
        self._length = int(request.META.get("CONTENT_LENGTH") or 0)
        self._room, self._count = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, 0
        self.fields = QueryDict(mutable=True)
        self.file: Arriving | None = None
        self._stream: LazyStream | None = None
        self._second = False

    def read_on(self) -> None:
        """Up to the file, or from behind it to the end."""
        try:
            _let_go(self._stream or ())
            for kind, about, stream in self._parts:
                if kind == FILE and not self.file:
                    name = _text(about["content-disposition"][1]["filename"])
                    self._stream, self.file = stream, Arriving(name, self._of(stream), self._length)
                    return
                self._second = self._second or kind == FILE
                if kind == FIELD:
                    self._field(_text(about["content-disposition"][1].get("name", b"")), stream)
                _let_go(stream)
        except (MultiPartParserError, InputStreamExhausted):
            raise CutOff from None
        _let_go(self._source.parts())
        self._source.check()
        if self._second:
            raise OneAtATime

    def _field(self, name: str, stream: LazyStream) -> None:
        data = stream.read(self._room + 1)
        self._room, self._count = self._room - len(data) - len(name), self._count + 1
        if self._room < 0 or self._count > MOST_FIELDS:
            raise RequestDataTooBig  # as Django does: no page of ours sends this
        self.fields.appendlist(name, _text(data))

    def _of(self, stream: LazyStream) -> Iterator[bytes]:
        """The file's bytes; a form that broke off within them says so instead of ending."""
        yield from stream
        self._source.check(so_far=True)


class _Watched:
    """A body, and whether the form's last boundary came with its end."""

    def __init__(self, source: Any, last: bytes) -> None:
        self._source, self._last = source, last
        self._tail, self._ended = b"", False

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data: bytes = self._source.read(size)
        self._tail = (self._tail + data)[-_TAIL:]
        self._ended = self._ended or not data
        return data

    def parts(self) -> Iterator[bytes]:
        """Whatever is left."""
        while part := self.read(_AT_ONCE):
            yield part

    def check(self, *, so_far: bool = False) -> None:
        """Raises CutOff for a body that is over without it; `so_far`: one that is not over is fine."""
        if self._last not in self._tail and (self._ended or not so_far):
            raise CutOff


def in_parts(view: View) -> View:
    """Asks the view as soon as the form's file comes. The form's token is looked at before, as for every other form."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def asked(request: HttpRequest, *args: object, **words: object) -> HttpResponseBase:
        if request.method == "POST" and request.content_type == "multipart/form-data":
            form = Incoming(request)
            form.read_on()
            _set(request, form)
        return protected(request, *args, **words)

    return asked


def file_of(request: HttpRequest) -> Arriving | None:
    """The file that is coming with this form."""
    form: Incoming | None = getattr(request, "incoming", None)
    return form.file if form else None


def rest(request: HttpRequest) -> None:
    """The fields behind the file join `request.POST`. Raises CutOff, OneAtATime, RequestDataTooBig."""
    form: Incoming | None = getattr(request, "incoming", None)
    if form and form.file:
        try:
            form.read_on()
        finally:
            _set(request, form)


def _set(request: Any, form: Incoming) -> None:
    request.incoming, request.POST = form, form.fields.copy()
    request._files = MultiValueDict()  # noqa: SLF001 -- so that nobody reads the body once more


def _boundary(request: HttpRequest) -> bytes:
    boundary = parse_header_parameters(request.META.get("CONTENT_TYPE", ""))[1].get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise CutOff
    return boundary.encode("ascii")


def _text(data: bytes | str) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "replace")


def _let_go(parts: Iterable[bytes]) -> None:
    """Read to its end, keeping nothing."""
    deque(parts, maxlen=0)
