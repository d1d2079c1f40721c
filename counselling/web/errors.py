"""The one place where what went wrong becomes an answer: a friendly page, or JSON for a script that asked for it.

A page must come even when the database is gone, so these are drawn without it where it may be the cause. What is
logged is the kind of an error and the place in our code, never a value: values may be what somebody wrote.
"""

import logging
import sys
from dataclasses import dataclass, replace

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling import meters
from counselling.errors import DomainError, Invalid, NotAllowed, NotFound, Unavailable
from counselling.web import lost_form
from counselling.web.logs import kind_and_place
from counselling.web.middleware import GetResponse, GetResponseAsync

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What people and machines are told: HTTP `status`, a `code` and one `sentence`, under a `heading`."""

    status: int
    code: str
    sentence: str | Promise
    heading: str | Promise

    @classmethod
    def of(cls, error: DomainError | type[DomainError]) -> "Trouble":
        """The same words wherever this error comes out."""
        heading = _HEADINGS.get(error.code, _REFUSED)
        return cls(status=error.status, code=error.code, sentence=error.sentence, heading=heading)


_REFUSED = _("Das hat nicht geklappt")
_HEADINGS: dict[str, str | Promise] = {NotFound.code: _("Hier ist nichts")}
_DOWN = Trouble(
    status=Unavailable.status,
    code=Unavailable.code,
    heading=_("Das kommt gerade nicht an"),
    sentence=_("Es ist nichts verloren. Warte einen Moment und versuch es dann noch einmal."),
)
_UNEXPECTED = Trouble(
    status=500,
    code="unexpected",
    heading=_REFUSED,
    sentence=_("Bei uns ist etwas schiefgegangen, das lag nicht an dir. Versuch es bitte gleich noch einmal."),
)
_EXPIRED = Trouble(
    status=403,
    code="expired",
    heading=_("Fast geschafft"),
    sentence=_("Die Seite war zu lange offen. Es ist nichts verloren, versuch es einfach noch einmal."),
)
# From here on it is our fault, and trying again may help.
_OURS = 500


@sync_and_async_middleware
def domain_errors(get_response: GetResponse | GetResponseAsync) -> "ErrorEdge":
    """Turn declared errors of views into answers; everything else goes on to `server_error`."""
    return ErrorEdge(get_response)


class ErrorEdge(MiddlewareMixin):
    """Django asks `process_exception` for whatever a view raised, in sync and in async serving alike."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The answer for a declared error; None for one that nobody expected."""
        if isinstance(error, DomainError):
            meters.REFUSED.add(type(error).code)
            return answer(request, Trouble.of(error))
        if isinstance(error, OperationalError | InterfaceError):
            logger.error("database: %s", kind_and_place(error))
            meters.FAILURES.add("database")
            return answer_keeping_text(request, _DOWN, plain=True)
        return None


def answer(request: HttpRequest, trouble: Trouble, *, plain: bool = False) -> HttpResponse:
    """JSON `{"error": {"code", "sentence"}}` for a script, else a page; `plain` draws it without any query."""
    if wants_json(request):
        error = {"code": trouble.code, "sentence": str(trouble.sentence)}
        return JsonResponse({"error": error}, status=trouble.status)
    again = request.get_full_path() if trouble.status >= _OURS and request.method == "GET" else ""
    return _page(request, "web/error.html", {"trouble": trouble, "again": again}, status=trouble.status, plain=plain)


def answer_keeping_text(
    request: HttpRequest, trouble: Trouble, *, plain: bool = False, way: tuple[str, str | Promise] | None = None
) -> HttpResponse:
    """As `answer`; a form that a person sent comes back with what they wrote, ready to be sent once more.

    `way`: an address to go to first, in another tab, and what it is called.
    """
    fields = [] if request.method != "POST" or wants_json(request) else lost_form.fields(request)
    if not fields:
        return answer(request, trouble, plain=plain)
    context = {
        "trouble": trouble,
        "fields": fields,
        "action": request.get_full_path(),
        "token": get_token(request),
        "way": way,
    }
    return _page(request, "web/again.html", context, status=trouble.status, plain=plain)


def wants_json(request: HttpRequest) -> bool:
    """True where a script of ours asked; a browser's own navigation never names JSON."""
    return "application/json" in request.headers.get("Accept", "")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """400: the request itself was broken."""
    return answer(request, replace(Trouble.of(Invalid), status=400), plain=True)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """403: this way in does not include that."""
    return answer(request, Trouble.of(NotAllowed))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """404: absent, or somebody else's."""
    return answer(request, Trouble.of(NotFound))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: log what kind of error happened where, and say that it was not the reader's fault."""
    error = sys.exc_info()[1]
    logger.error("unexpected: %s", kind_and_place(error) if error else "unknown")
    database = isinstance(error, DatabaseError | InterfaceError)
    meters.ERRORS.add("page")
    return answer_keeping_text(request, _DOWN if database else _UNEXPECTED, plain=True)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """403 for an expired form: show again what was written, ready to be sent once more (pitfalls 7)."""
    return answer_keeping_text(request, _EXPIRED)


def _page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int, plain: bool = False
) -> HttpResponse:
    """Draw with the centre's name and colours if they can be had, else with what the program itself knows."""
    if not plain:
        try:
            return HttpResponse(render_to_string(template, context, request), status=status)
        except DatabaseError as error:
            logger.error("database: %s", kind_and_place(error))  # noqa: TRY400 -- a trace would show values
    return HttpResponse(render_to_string(template, context), status=status)
