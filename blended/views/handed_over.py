"""Where another place opens what it was handed: once, with a code, without an account."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from blended.domain import referral_steps
from blended.partner_forms import HandedOverForm
from counselling.errors import Gone, NotFound, SlowDown
from counselling.web import limits

# By address, as for return codes: guessing 80 bits ends soon, and nobody can use up somebody else's code.
TRIES_PER_HOUR: Final = 10
_NO_MATCH = _("Dieser Code passt nicht. Bitte noch einmal genau hinsehen, Groß und Klein ist egal.")
_GONE = _("Dieser Code gilt nicht mehr: Er wurde schon benutzt, zurückgenommen oder ist abgelaufen.")
_TOO_MANY = _("Das waren viele Versuche. In einer Stunde geht es wieder.")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the code; what it opens stands on this answer alone."""
    if request.method != "POST":
        return _ask(request, HandedOverForm())
    form = HandedOverForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, 422)
    if not limits.hit(request, "handed-over", TRIES_PER_HOUR, 3600):
        return _refuse(request, form, _TOO_MANY, SlowDown.status)
    try:
        summary = referral_steps.open_by_code(form.cleaned_data["code"])
    except NotFound as refusal:
        return _refuse(request, form, _NO_MATCH, refusal.status)
    except Gone as refusal:
        return _refuse(request, form, _GONE, refusal.status)
    return render(request, "blended/handed_over_open.html", {"summary": summary})


def _refuse(request: HttpRequest, form: HandedOverForm, sentence: object, status: int) -> HttpResponse:
    form.add_error("code", str(sentence))
    return _ask(request, form, status)


def _ask(request: HttpRequest, form: HandedOverForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "days": referral_steps.CODE_DAYS}
    return render(request, "blended/handed_over.html", context, status=status)
