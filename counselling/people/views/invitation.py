"""Invitations: the administrator's two pages, and the page where somebody sets their first password."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from counselling.errors import Conflict
from counselling.people import attempts
from counselling.people.domain import factors, invitations
from counselling.people.domain.actors import Actor
from counselling.people.forms import FirstPasswordForm
from counselling.people.http import staff_of
from counselling.people.models import Staff


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, staff: UUID) -> HttpResponse:
    """What a reset closes, and who must help afterwards; only then the code. Reached through the admin alone.

    POST `factors` takes away the second step alone: whoever knows their password needs no new one for a lost phone.
    """
    actor = staff_of(request)
    if "factors" in request.POST:
        factors.reset(actor, staff)
        return _page(request, staff, taken_away=True)
    try:
        person = invitations.invitable(actor, staff)
        if request.method == "POST":
            return show_code(request, actor, person)
    except Conflict as refusal:
        return _page(request, staff, status=refusal.status, refusal=refusal.sentence)
    return _page(request, staff)


def _page(request: HttpRequest, staff: UUID, *, status: int = 200, **more: object) -> HttpResponse:
    person = Staff.objects.get(pk=staff)
    has = {"reset": person.has_usable_password(), "factors": factors.has_any(staff)}
    return render(request, "people/invite.html", {"person": person, **has, **more}, status=status)


def show_code(request: HttpRequest, actor: Actor, person: Staff) -> HttpResponse:
    """The code, this once: in the answer to the POST that made it, in no address and no message."""
    reset = person.has_usable_password()
    code = invitations.invite(actor, person.pk)
    context = {"person": person, "code": code, "reset": reset, "days": invitations.VALID.days}
    return render(request, "people/invited.html", context)


@sensitive_post_parameters("code", "new", "again")
@require_http_methods(["GET", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """User name, code, own password. Used, over, unknown and foreign codes get one and the same page, 410."""
    form = FirstPasswordForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "people/first.html", {"form": form})
    data = form.cleaned_data
    if not attempts.allowed(request, data["username"], guessable=False):
        return render(request, "people/first.html", {"form": form, "slow": True}, status=429)
    try:
        invitations.redeem(data["username"], data["code"], data["new"])
    except invitations.Gone as gone:
        return render(request, "people/first.html", {"form": form, "gone": gone.sentence}, status=gone.status)
    return redirect("people:first_done")


@require_GET
def first_done(request: HttpRequest) -> HttpResponse:
    """The password is set; the second factor and the vault come with the first sign-in."""
    return render(request, "people/first_done.html")
