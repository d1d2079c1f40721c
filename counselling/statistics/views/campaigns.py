"""Links for posters and schools: where they lead everybody, and the pages on which they are made and printed."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from counselling.cases.domain import door
from counselling.centre.domain.doors import doors
from counselling.centre.models import Centre
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.campaign_forms import CampaignForm, LabelForm
from counselling.statistics.domain import campaigns
from counselling.statistics.models import Campaign
from counselling.statistics.poster import codes, making
from counselling.web import limits

# A whole school may come through one connection in one hour; a script that inflates a number may not.
VISITS_PER_HOUR: Final = 120
_SAID: Final = {
    "made": _("Der Link ist angelegt und führt ab jetzt zur Startseite."),
    "rename": _("Der Name ist geändert. Die Adresse bleibt."),
    "end": _("Der Link ist beendet: Er führt weiter zur Startseite, wird aber nicht mehr gezählt."),
    "resume": _("Der Link wird wieder gezählt."),
}


@require_safe
def way(request: HttpRequest, code: str) -> HttpResponse:
    """To the start page, whatever the code; a running link's visit is counted, and nothing about the visitor."""
    if _is_visit(request) and limits.hit(request, "campaign", VISITS_PER_HOUR, 3600):
        campaigns.came(code)
    response = HttpResponseRedirect(resolve_url("start"))
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "POST"])
@staff_required
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET shows every link with its newest published number; POST makes a new one."""
    actor.require_supervisor()
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = campaigns.make(actor, form.cleaned_data["label"], form.cleaned_data["code"], timezone.localdate())
        except campaigns.Refused as refusal:
            form.refuse(refusal)
        else:
            return _to(made.code, "made")
    numbers = campaigns.numbers(actor)
    context = {
        "form": form,
        "rows": [(one, next(iter(numbers.get(one.code, [])), None)) for one in campaigns.listed(actor)],
        "prefix": absolute(resolve_url("statistics:way", "x")).removesuffix("x"),
    }
    return render(request, "statistics/campaigns.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@staff_required
def one(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """GET shows one link and what can be printed for it; POST renames, ends or resumes it, as its button says."""
    found, step = campaigns.one(actor, code), request.POST.get("step", "")
    form = LabelForm(request.POST if step == "rename" else None, initial={"label": found.label})
    trouble = ""
    if request.method == "POST" and (step != "rename" or form.is_valid()):
        try:
            _do(actor, found, step, form)
        except campaigns.Refused as refusal:
            trouble = str(refusal.sentence)
            form.refuse(refusal)
        else:
            return _to(code, step)
    context = {
        "campaign": found,
        "form": form,
        "trouble": trouble if step != "rename" else "",
        "said": _SAID.get(request.GET.get("said", ""), ""),
        "address": address(code),
        "numbers": campaigns.numbers(actor).get(code, []),
    }
    return render(request, "statistics/campaign.html", context, status=422 if trouble else _status(form))


@require_GET
@staff_required
def svg(_request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The QR code to be enlarged at will."""
    found = campaigns.one(actor, code)
    return _download(codes.svg(address(found.code)), "image/svg+xml", f"{found.code}.svg")


@require_GET
@staff_required
def png(_request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The QR code as a picture."""
    found = campaigns.one(actor, code)
    return _download(codes.png(address(found.code)), "image/png", f"{found.code}.png")


@require_GET
@staff_required
def poster(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A sheet of A4; German unless `?language=` names another of ours."""
    found, asked = campaigns.one(actor, code), request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        sheet = making.pdf(making.Poster(Centre.load(), address(found.code), _chat_hours()))
    return _download(sheet, "application/pdf", f"{found.code}-{language}.pdf")


def absolute(path: str) -> str:
    """The whole address, as people elsewhere need it."""
    return f"{settings.ORIGINS[0]}{path}"


def address(code: str) -> str:
    """The whole address of a link."""
    return absolute(resolve_url("statistics:way", code))


def _do(actor: Actor, found: Campaign, step: str, form: LabelForm) -> None:
    if step == "rename":
        campaigns.rename(actor, found.code, form.cleaned_data["label"])
    elif step in {"end", "resume"}:
        campaigns.switch(actor, found.code, on=step == "resume")


def _to(code: str, said: str) -> HttpResponse:
    query = urlencode({"said": said})
    return HttpResponseRedirect(f"{resolve_url('statistics:campaign', code)}?{query}", status=HTTPStatus.SEE_OTHER)


def _status(form: LabelForm) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _is_visit(request: HttpRequest) -> bool:
    """Somebody opens a page: no HEAD, no loading ahead, no picture or frame of another site (Fetch Metadata)."""
    ahead = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    whole = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    return request.method == "GET" and whole and "prefetch" not in ahead


def _chat_hours() -> list[str]:
    team = door.chat_team().name
    return next((found.chat for found in doors() if found.team == team), [])


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
