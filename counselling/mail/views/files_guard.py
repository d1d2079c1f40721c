"""Whose file it is: young people's addresses name the file alone, the team's name its case as well."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from counselling.cases.domain import seats
from counselling.errors import NotFound
from counselling.mail.domain import files
from counselling.people.cookies import seeker_of

FileRequest = Callable[..., HttpResponseBase]


def of_seeker(view: FileRequest) -> Callable[..., HttpResponseBase]:
    """Calls the view with (request, actor, case_id, …): the case of the file, or the one that goes on.

    Everybody else gets the same 404 as for a file that does not exist.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **words: object) -> HttpResponseBase:
        actor = seeker_of(request)
        if actor is None:
            raise NotFound
        file_id = words.get("file_id")
        if isinstance(file_id, UUID):
            return view(request, actor, files.case_of(actor, file_id), **words)
        case = seats.own_case(actor)
        if case is None:
            raise NotFound
        return view(request, actor, case.id, **words)

    return guarded


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page whose form this was, if it was one of ours."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(page if ours else resolve_url(otherwise), status=303)
