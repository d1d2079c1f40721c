"""My second steps: what I have, another name for a passkey, removing one, and the password again before changes."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from counselling.errors import NotFound
from counselling.people import attempts, challenges, halfway, proof
from counselling.people.domain import authenticator, factors, passkeys, staffkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.signing_in import Step
from counselling.people.factor_forms import NameForm
from counselling.people.forms import UnlockForm
from counselling.people.http import staff_required
from counselling.people.models import Passkey, Staff
from counselling.people.views.enrolment import Enrolment, may_enrol
from counselling.people.views.sign_in import home_of, target_of

APP = "app"  # beside the numbers of passkeys


@require_GET
def page(request: HttpRequest) -> HttpResponseBase:
    """What I have; for somebody in the middle of their first sign-in the choice of what to set up."""
    if not request.user.is_authenticated and halfway.of(request):
        return _first(request)
    return _mine(request)


@may_enrol(Step.SET_UP)
def _first(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    return render(
        request, "people/factor_first.html", {"passkeys_work": _passkeys_work(request), "who": enrolment.actor}
    )


@staff_required
def _mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {
        "has": factors.overview(actor),
        "passkeys_work": _passkeys_work(request),
        "spare": "spare" in request.GET,
        "home": _home(request),
    }
    return render(request, "people/factors.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
@proof.required
def rename(request: HttpRequest, actor: Actor, passkey: int) -> HttpResponse:
    """Another name for one of my passkeys."""
    known = _one_of(actor, passkey)
    form = NameForm(request.POST if request.method == "POST" else {"name": known.name})
    if request.method == "POST" and form.is_valid():
        passkeys.rename(actor, passkey, form.cleaned_data["name"])
        return redirect("people:factors")
    return render(request, "people/factor_rename.html", {"form": form, "passkey": known})


@require_http_methods(["GET", "POST"])
@staff_required
@proof.required
def remove_app(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Asks first; the last factor of somebody who needs one stays."""
    if not factors.overview(actor).app_since:
        raise NotFound
    if request.method == "POST":
        authenticator.remove(actor)
        return redirect("people:factors")
    return render(request, "people/factor_remove.html", {"passkey": None})


@require_http_methods(["GET", "POST"])
@staff_required
@proof.required
def remove_passkey(request: HttpRequest, actor: Actor, passkey: int) -> HttpResponse:
    """As `remove_app`, for one of my passkeys."""
    known = _one_of(actor, passkey)
    if request.method == "POST":
        passkeys.remove(actor, passkey)
        return redirect("people:factors")
    return render(request, "people/factor_remove.html", {"passkey": known})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@staff_required
def prove(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001 -- the decorator's shape
    """The password once more, and back to where it was needed."""
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_right(request, form):
        proof.note(request)
        return redirect(target_of(request) or "people:factors")
    return render(request, "people/factor_proof.html", {"form": form, "next": target_of(request)})


def _is_right(request: HttpRequest, form: UnlockForm) -> bool:
    """Counted as a sign-in is."""
    staff = request.user
    if not isinstance(staff, Staff) or not attempts.allowed_in_session(request):
        form.refuse_for_now()
        return False
    if staffkeys.open_private(staff, form.cleaned_data["password"]) is None:
        form.refuse()
        return False
    return True


def _one_of(actor: Actor, passkey: int) -> Passkey:
    found = next((known for known in factors.overview(actor).passkeys if known.pk == passkey), None)
    if found is None:
        raise NotFound
    return found


def _passkeys_work(request: HttpRequest) -> bool:
    return challenges.party_of(request) is not None


def _home(request: HttpRequest) -> str:
    return home_of(request, request.user) if isinstance(request.user, Staff) else resolve_url("people:sign_in")
