"""The real pages, and beside them views that go wrong in every declared and undeclared way."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from counselling import errors
from counselling.urls import handler400, handler403, handler404, handler500, urlpatterns
from tests.web.conftest import SECRET

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def refuse(request: HttpRequest, name: str) -> HttpResponse:
    raise getattr(errors, name)


def lose_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError(SECRET)


def break_down(request: HttpRequest) -> HttpResponse:
    raise ValueError(SECRET)


def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("body{}", content_type="text/css", headers={"Cache-Control": "public, max-age=60"})


async def breathe(request: HttpRequest) -> HttpResponse:
    return HttpResponse("async")


async def refuse_async(request: HttpRequest) -> HttpResponse:
    raise errors.Taken


urlpatterns = [
    *urlpatterns,
    path("refuse/<name>/", refuse),
    path("lose-database/", lose_database),
    path("break-down/", break_down),
    path("public.css", public),
    path("async/", breathe),
    path("refuse-async/", refuse_async),
]
