"""My data: what is stored right now, a copy of it, signing out, and deleting all of it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from counselling.cases.domain import erasing
from counselling.cases.domain import mine as own_data
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views.own import copying
from counselling.cases.views.own.guard import with_case
from counselling.people.cookies import clear_seeker
from counselling.people.domain import access, passphrases
from counselling.people.domain.actors import Actor


@require_GET
@with_case
def mine(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """In plain words exactly what is stored about me, and what I can do with it."""
    return render(request, "own/mine.html", {"stored": own_data.stored(actor), "case": case})


@require_http_methods(["GET", "POST"])
@with_case
def copy(request: HttpRequest, actor: Actor, _case: CaseBrief) -> HttpResponseBase:
    """GET warns about shared devices, POST hands out one file of everything that was said."""
    if request.method == "GET":
        return render(request, "own/copy.html", {"files": copying.files_of(actor)})
    return copying.download(request, actor)


@require_POST
@with_case
def sign_out(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Out of this browser, or of all. Who has no words to come back with is asked first whether to keep the case."""
    if not case.kept_until and not request.POST.get("sure"):
        return render(request, "own/confirm_sign_out.html", {"everywhere": request.POST.get("everywhere", "")})
    if request.POST.get("everywhere"):
        passphrases.sign_out_everywhere(actor)
    else:
        access.end_session(actor)
    response = render(
        request, "own/signed_out.html", {"kept": case.kept_until, "everywhere": request.POST.get("everywhere")}
    )
    clear_seeker(response)
    return response


@require_http_methods(["GET", "POST"])
@with_case
def delete(request: HttpRequest, actor: Actor, _case: CaseBrief) -> HttpResponse:
    """GET asks, POST with the tick deletes all there is of this seeker and with it every way in."""
    if not request.POST.get("sure"):
        unsure = request.method == "POST"
        return render(request, "own/confirm_delete.html", {"unsure": unsure}, status=422 if unsure else 200)
    erasing.erase_all(actor)
    response = render(request, "own/deleted.html")
    clear_seeker(response)
    return response
