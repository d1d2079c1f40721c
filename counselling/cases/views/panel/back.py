"""Where a form of the panel leads back to: a code, never an address, so that nobody is led elsewhere."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url


def code(request: HttpRequest) -> str:
    """`case` for the page of the case, `desk`, otherwise `file`: the panel's own page."""
    asked = request.POST.get("back") or request.GET.get("back")
    return asked if asked in {"case", "desk"} else "file"


def see_other(request: HttpRequest, case_id: UUID, part: str = "") -> HttpResponse:
    """After a POST: look at where one came from, at this part of it."""
    match code(request):
        case "case":
            to = resolve_url("mail:case", case_id)
        case "desk":
            to = resolve_url("cases:desk")
        case _:
            to = resolve_url("panel:file", case_id)
    return HttpResponseRedirect(to + (f"#{part}" if part else ""), status=303)
