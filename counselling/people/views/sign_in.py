"""Signing in with user name and password, what comes after it, and the first page of those who do not counsel."""

from typing import Final

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from counselling.people import cookies, halfway, known_browser, proof
from counselling.people.domain import factors, signing_in
from counselling.people.domain.actors import Actor
from counselling.people.domain.signing_in import Step
from counselling.people.forms import SignInForm
from counselling.people.halfway import Halfway
from counselling.people.http import staff_required
from counselling.people.models import Staff

PAGES: Final = {
    Step.PROVE: "people:second_step",
    Step.SET_UP: "people:factors",
    Step.KEEP_CODES: "people:factor_codes",
}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; the session's key is a new one afterwards (fixation)."""
    if isinstance(request.user, Staff):
        return redirect(home_of(request, request.user))
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _after_password(request, form.staff, form.private)
    flooded = "proof" in request.POST or form.has_error(NON_FIELD_ERRORS, "slow")
    context = {
        "form": form,
        "next": target_of(request),
        "late": request.method == "GET" and "late" in request.GET,
        "work": bool(settings.PROOF_OF_WORK) and flooded,
    }
    return render(request, "people/sign_in.html", context)


def _after_password(request: HttpRequest, staff: Staff, private: bytes) -> HttpResponse:
    """In a demo straight in; else on to the second step or its set-up, with nobody signed in yet."""
    step, target = signing_in.next_step(staff.pk, proved=False), home_of(request, staff)
    if step is Step.ENTER:
        return _begin(request, Halfway(staff, private, "", "", target))
    response = redirect(PAGES[step])
    halfway.begin(request, response, staff, private, target, set_up=step is Step.SET_UP)
    return response


def go_on(request: HttpRequest, half: Halfway, how: str) -> HttpResponse:
    """After a second factor was shown or set up (`how`): in, or first to what is still missing."""
    step = signing_in.next_step(half.staff.pk, proved=bool(how))
    if step is Step.ENTER:
        return _begin(request, half, how)
    response = redirect(PAGES[step])
    halfway.prove(request, response, half, how)
    return response


def _begin(request: HttpRequest, half: Halfway, how: str = "") -> HttpResponse:
    """Django's session with a fresh key (fixation), and beside it the one that holds the keys."""
    response = redirect(_first_page(half, how))
    halfway.end(request, response)
    login(request, half.staff, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookies.set_vault(response, signing_in.enter(half.staff, request.session.session_key or "", half.private, how))
    known_browser.remember(response, half.staff.username)
    proof.note(request)
    return response


def _first_page(half: Halfway, how: str) -> str:
    """Who had to take a spare code sees first how many are left, and may set up anew what was lost."""
    return resolve_url("people:factors") + "?spare=1" if how == factors.SPARE else half.target


@require_GET
@staff_required
def welcome(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What supervisors and administrators can do here; counsellors have their desk."""
    if actor.role == Staff.Role.COUNSELLOR:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "people/welcome.html")


def home_of(request: HttpRequest, staff: Staff) -> str:
    """Where somebody was going, else where their work is."""
    own = settings.LOGIN_REDIRECT_URL if staff.role == Staff.Role.COUNSELLOR else "people:welcome"
    target = target_of(request)
    may_go = staff.is_staff or not target.startswith(resolve_url("admin:index"))
    return target if target and may_go else resolve_url(own)


def target_of(request: HttpRequest) -> str:
    """The page that asked for the sign-in, if it is one of ours; "" for everything else."""
    target = request.POST.get("next", request.GET.get("next", ""))
    local = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=False)
    return target if target.startswith("/") and local else ""
