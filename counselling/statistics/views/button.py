"""The button on other websites: its script, what it asks, and the page from which it is copied.

The two answers for other sites are the only ones of ours that these may read: the same for everybody, without cookies.
"""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.html import escape
from django.views.decorators.http import require_GET, require_safe

from counselling.centre.models import Centre
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.domain import button, campaigns
from counselling.statistics.views.campaigns import absolute, address

SCRIPT_SECONDS: Final = 3600
STATE_SECONDS: Final = 60
_SCRIPT: Final = Path(__file__).parents[1] / "static/statistics/js/button.js"


@require_safe
def script(_request: HttpRequest) -> HttpResponse:
    """The script as other sites load it: an address that never changes, unlike those of our static files."""
    content = _SCRIPT.read_text(encoding="utf-8")
    return _for_everybody(HttpResponse(content, content_type="text/javascript; charset=utf-8"), SCRIPT_SECONDS)


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """`{"open": bool, "text": str}`, the text in the language that was asked for; else in ours."""
    now = timezone.now()
    found = button.state(now)
    language = request.GET.get("language", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        text = button.words(found, now)
    return _for_everybody(JsonResponse({"open": found.open, "text": text}), STATE_SECONDS)


@require_GET
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What a city copies into its pages; with `?link=` it leads by that link and is counted. For those who lead."""
    actor.require_supervisor()
    code = request.GET.get("link", "")
    campaign = campaigns.one(actor, code) if code else None
    link = _link(Centre.load().name, address(code) if campaign else absolute(resolve_url("start")))
    context = {
        "campaign": campaign,
        "link": link,
        "snippets": [(code, name, f"{link}\n{_tag(code)}") for code, name in settings.LANGUAGES],
        "policy": f"script-src {absolute('')}; connect-src {absolute('')}",
    }
    return render(request, "statistics/campaign_button.html", context)


def _link(name: str, to: str) -> str:
    return f'<a class="counselling-button" href="{escape(to)}" referrerpolicy="no-referrer">{escape(name)}</a>'


def _tag(language: str) -> str:
    source = escape(absolute(resolve_url("statistics:button_script")))
    attributes = f'crossorigin="anonymous" referrerpolicy="no-referrer" data-language="{language}"'
    return f'<script async src="{source}" {attributes}></script>'


def _for_everybody(response: HttpResponse, seconds: int) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
