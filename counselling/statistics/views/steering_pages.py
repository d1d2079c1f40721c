"""What the pages of steering share: how they answer, and how a form keeps what was typed when it is refused."""

from collections.abc import Callable, Mapping
from typing import Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain.steering_changes import Overtaken, Unfit
from counselling.errors import DomainError, NotFound
from counselling.statistics.steering_forms import SteeringForm

SAID: Final = {
    "saved": _("Gespeichert."),
    "added": _("Eingetragen."),
    "dropped": _("Gelöscht."),
    "moved": _("Verschoben."),
    "on": _("Eingeschaltet."),
    "off": _("Ausgeschaltet."),
    "ended": _("Diese Abwesenheit gilt nicht mehr."),
}
WAYS: Final[Mapping[str, Literal["up", "down"]]] = {"up": "up", "down": "down"}
_MOST_DIGITS: Final = 15


def draw(
    request: HttpRequest, template: str, context: Mapping[str, object], refused: DomainError | None = None
) -> HttpResponse:
    """The page, with what was done last (`?said=`) or why something was refused."""
    said = "" if refused else SAID.get(request.GET.get("said", ""), "")
    trouble = refused.sentence if refused and not isinstance(refused, Unfit) else ""
    return render(
        request, template, {**context, "said": said, "trouble": trouble}, status=refused.status if refused else 200
    )


def done(place: str, said: str, *arguments: object, anchor: str = "") -> HttpResponse:
    """To where one looks at it."""
    return HttpResponseRedirect(f"{resolve_url(place, *arguments)}?said={said}{anchor}", status=303)


def tried(form: SteeringForm, act: Callable[[], None], now_seen: Callable[[], str]) -> DomainError | None:
    """Carry out what a form asks for; what refused it, said in the form. NotFound is left to the caller's page.

    `now_seen` is asked for the mark of what there is when somebody else was first.
    """
    if not form.is_valid():
        return Unfit({})
    try:
        act()
    except NotFound:
        raise
    except Unfit as refusal:
        form.refuse(refusal.problems)
        return refusal
    except Overtaken as refusal:
        form.renew(now_seen())
        return refusal
    except DomainError as refusal:
        return refusal
    return None


def number(text: str) -> int:
    """A row's number as it was sent. Raises NotFound."""
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise NotFound
    return int(text)


def uuid(text: str) -> UUID:
    """An id as it was sent. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
