"""One's own password: a new one around the same keys, so that every case opens as before."""

from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from counselling.people import attempts
from counselling.people.domain import staff
from counselling.people.domain.actors import Actor
from counselling.people.forms import PasswordForm
from counselling.people.http import staff_required
from counselling.people.models import Staff


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
@staff_required
def change(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Old and new; every other browser is signed out, this one goes on with the same keys."""
    form = PasswordForm(Staff.objects.get(pk=actor.id), request.POST if request.method == "POST" else None)
    if form.is_valid() and _changes(request, actor, form):
        return redirect("people:password_changed")
    return render(request, "people/password.html", {"form": form})


@staff_required
def changed(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001 -- the decorator's shape
    """It worked, and what that means elsewhere."""
    return render(request, "people/password.html", {"changed": True})


def _changes(request: HttpRequest, actor: Actor, form: PasswordForm) -> bool:
    if not attempts.allowed_in_session(request):
        form.refuse_for_now()
        return False

    def keep_signed_in() -> None:
        """Django ends sessions whose password changed; this one learns the new one's mark in the same transaction."""
        request.session[HASH_SESSION_KEY] = Staff.objects.get(pk=actor.id).get_session_auth_hash()
        request.session.save()

    data = form.cleaned_data
    if not staff.change_password(actor, old=data["old"], new=data["new"], also=keep_signed_in):
        form.refuse()
        return False
    return True
