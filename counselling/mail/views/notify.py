"""Being told by mail that there is something new: an address, a code from the mail, and one tap to end it."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views.own.guard import see_other, with_case
from counselling.errors import DomainError
from counselling.mail import notify_limits
from counselling.mail.domain import notify
from counselling.people.domain.actors import Actor

MAIL: Final = "mail:notify"
_TOO_MANY_MAILS: Final = _("Das waren viele Mails hintereinander. Warte eine Stunde, dann geht es wieder.")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@with_case
def page(request: HttpRequest, actor: Actor, _case: CaseBrief) -> HttpResponse:
    """One address for all steps; the field `step` says what was tapped."""
    match request.POST.get("step"):
        case "address":
            return _address(request, actor)
        case "again":
            return _again(request, actor)
        case "code":
            return _code(request, actor)
        case "off":
            notify.forget(actor)
            return HttpResponseRedirect(f"{resolve_url(MAIL)}?off=1", status=303)
        case _:
            return _page(request, actor)


def _address(request: HttpRequest, actor: Actor) -> HttpResponse:
    typed = request.POST.get("email", "")
    try:
        email = notify.clean(typed)
        if not notify_limits.may_send(request, actor, email):
            return _page(request, actor, email=typed, email_error=_TOO_MANY_MAILS)
        notify.ask(actor, email, language=get_language() or "de")
    except DomainError as refusal:
        return _page(request, actor, email=typed, email_error=refusal.sentence)
    return see_other(MAIL)


def _again(request: HttpRequest, actor: Actor) -> HttpResponse:
    if not notify_limits.may_send(request, actor):
        return _page(request, actor, code_error=_TOO_MANY_MAILS)
    try:
        notify.again(actor)
    except DomainError as refusal:
        return _page(request, actor, code_error=refusal.sentence)
    return see_other(MAIL)


def _code(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        if not notify_limits.may_try(actor, notify.state(actor)):
            raise notify.CodeOver
        notify.confirm(actor, request.POST.get("code", ""))
    except DomainError as refusal:
        return _page(request, actor, code_error=refusal.sentence)
    return see_other(MAIL)


def _page(
    request: HttpRequest,
    actor: Actor,
    *,
    email: str = "",
    email_error: str | Promise = "",
    code_error: str | Promise = "",
) -> HttpResponse:
    """The step they are at, with what they typed and what was wrong with it."""
    context = {
        "notify": notify.state(actor),
        "email": email,
        "email_error": email_error,
        "code_error": code_error,
        "off": "off" in request.GET,
    }
    return render(request, "mail/notify.html", context, status=422 if email_error or code_error else 200)
