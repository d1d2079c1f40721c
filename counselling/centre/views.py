"""Pages about the centre: help, anonymity, law, accessibility. Plain pages that work without JavaScript."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_safe

from counselling.centre.domain import brand, reports
from counselling.centre.domain import help as help_contacts
from counselling.centre.domain.doors import doors
from counselling.centre.forms import BarrierForm
from counselling.centre.models import Centre
from counselling.errors import DomainError, SlowDown
from counselling.web import exit as quick_exit
from counselling.web import limits

BRAND_SECONDS = 300
# A person who reports several barriers in a row is welcome; a script is slowed.
REPORTS_PER_HOUR = 10


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Everybody who helps, those first who answer now."""
    contacts = help_contacts.all_contacts(timezone.now())
    return render(
        request,
        "centre/help.html",
        {
            "emergency": [contact for contact in contacts if contact.emergency],
            "open": [contact for contact in contacts if contact.open_now and not contact.emergency],
            "later": [contact for contact in contacts if not contact.open_now and not contact.answers_later],
            "answering_later": [contact for contact in contacts if contact.answers_later],
            "doors": doors(),
        },
    )


@require_safe
def anonymous(request: HttpRequest) -> HttpResponse:
    """How anonymous one is, with the names of our cookies."""
    return render(
        request,
        "centre/anonymous.html",
        {
            "closed_chat_hours": settings.CLOSED_CHAT_HOURS,
            "kept_months": settings.KEPT_CASE_MONTHS,
            "record_months": settings.RISK_RECORD_MONTHS,
            "kept_place_minutes": settings.KEPT_PLACE_MINUTES,
            "cookie": cookie_names(),
        },
    )


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Who is responsible (§ 5 DDG, § 18 MStV)."""
    return render(request, "centre/imprint.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Data protection (Art. 13 GDPR)."""
    return render(
        request,
        "centre/privacy.html",
        {
            "closed_chat_hours": settings.CLOSED_CHAT_HOURS,
            "kept_months": settings.KEPT_CASE_MONTHS,
            "record_months": settings.RISK_RECORD_MONTHS,
            "report_days": reports.KEPT_DAYS,
            "cookie": cookie_names(),
        },
    )


@require_safe
def easy(request: HttpRequest) -> HttpResponse:
    """The service in Leichte Sprache."""
    return render(request, "centre/easy.html", {"doors": doors(), "closed_chat_hours": settings.CLOSED_CHAT_HOURS})


@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (BITV 2.0) and its feedback form; a refused form keeps its text."""
    form = BarrierForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _statement(request, form)
    try:
        _hand_in(request, form)
    except DomainError as refusal:
        form.add_error("text", str(refusal.sentence))
        return _statement(request, form, status=refusal.status)
    return redirect("centre:accessibility_thanks")


@require_safe
def accessibility_thanks(request: HttpRequest) -> HttpResponse:
    """Thanks after a report."""
    return render(request, "centre/accessibility_thanks.html")


@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """The centre's colours. The same for everybody, hence public; a changed colour shows within five minutes."""
    sheet = brand.style_sheet(Centre.load())
    etag = f'"{hashlib.sha256(sheet.encode()).hexdigest()[:16]}"'
    response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={BRAND_SECONDS}"
    return get_conditional_response(request, etag=etag, response=response) or response


def cookie_names() -> dict[str, str]:
    """The cookies of a young person's visit, by what they are for."""
    return {
        "seat": settings.SEEKER_COOKIE_NAME,
        "form": settings.CSRF_COOKIE_NAME,
        "language": settings.LANGUAGE_COOKIE_NAME,
        "away": quick_exit.away_cookie_name(),
    }


def _statement(request: HttpRequest, form: BarrierForm, *, status: int = 200) -> HttpResponse:
    return render(request, "centre/accessibility.html", {"form": form}, status=status)


def _hand_in(request: HttpRequest, form: BarrierForm) -> None:
    if not limits.hit(request, "barrier", REPORTS_PER_HOUR, 3600):
        raise SlowDown
    text, reply_to = form.cleaned_data["text"], form.cleaned_data["reply_to"]
    reports.hand_in(text, reply_to=reply_to, today=timezone.localdate())
