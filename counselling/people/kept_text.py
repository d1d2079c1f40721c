"""A long text that came when its writer was locked out or signed out: it stays on the screen until they are back."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.web import lost_form
from counselling.web.errors import Trouble, answer_keeping_text, wants_json

_LOCKED: Final = Trouble(
    status=423,
    code="locked",
    heading=_("Der Bildschirm ist gesperrt"),
    sentence=_("Es ist nichts verloren. Entsperre ihn in einem neuen Tab, und schick es dann hier noch einmal ab."),
)
_SIGNED_OUT: Final = Trouble(
    status=403,
    code="not_allowed",
    heading=_("Du bist nicht mehr angemeldet"),
    sentence=_("Es ist nichts verloren. Melde dich in einem neuen Tab an, und schick es dann hier noch einmal ab."),
)


def locked(request: HttpRequest) -> HttpResponse | None:
    """The text and the way to the lock; None where nothing was written."""
    return _kept(request, _LOCKED, "people:locked", _("In neuem Tab entsperren"))


def signed_out(request: HttpRequest) -> HttpResponse | None:
    """The text and the way to the sign-in; None where nothing was written."""
    return _kept(request, _SIGNED_OUT, "people:sign_in", _("In neuem Tab anmelden"))


def _kept(request: HttpRequest, trouble: Trouble, where: str, label: str | Promise) -> HttpResponse | None:
    if request.method != "POST" or wants_json(request):
        return None
    if not any(field.written for field in lost_form.fields(request)):
        return None
    return answer_keeping_text(request, trouble, way=(resolve_url(where), label))
