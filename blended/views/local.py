"""Local help for everybody: a search that needs no script, and a page for each organisation."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from blended.domain import directory, looking
from blended.partner_forms import page_of, wanted


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What is looked for stands in no address that somebody could read; the page can be gone back to all the same."""
    if request.method == "POST":
        return sent_on(request, resolve_url("blended:local"))
    return render(request, "blended/local.html", results(request))


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """What is known of it, and the ways there."""
    return render(request, "blended/local_one.html", {"shown": directory.one(number)})


def sent_on(request: HttpRequest, to: str) -> HttpResponse:
    """After a search was posted: to the page that shows what was found."""
    word = looking.hidden(wanted(request.POST))
    return HttpResponseRedirect(f"{to}?find={word}" if word else to, status=303)


def results(request: HttpRequest) -> dict[str, object]:
    """For a page with `blended/_local_search.html`."""
    word = request.GET.get("find", "")
    asked = looking.found(word)
    found, shown = directory.search(asked, page_of(request.GET))
    return {
        "choices": directory.choices(),
        "asked": asked,
        "found": found,
        "shown": shown,
        "find": word if asked != directory.Wanted() else "",
    }
