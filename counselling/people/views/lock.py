"""The lock: after 15 minutes without activity the keys are dropped; the password opens the same session again.

The server decides (`sessions.lock_idle`, middleware); what the scripts of the page do is to warn and to cover the
screen. A form of a button and this page work without them.
"""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from counselling.people import attempts, cookies
from counselling.people.domain import presence, sessions
from counselling.people.domain.actors import Actor
from counselling.people.forms import UnlockForm
from counselling.people.http import staff_required
from counselling.people.models import Staff
from counselling.people.views.sign_in import home_of, target_of
from counselling.web.errors import wants_json


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """Nothing of the desk is on this page. A wrong password leaves the session as it is; leaving ends it."""
    if not isinstance(request.user, Staff):
        return redirect("people:sign_in")
    if "leave" in request.POST:
        return _leave(request)
    if _is_open(request):  # another tab of this browser was faster
        return redirect(home_of(request, request.user))
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _opens(request, request.user, form):
        return redirect(home_of(request, request.user))
    context = {"form": form, "next": home_of(request, request.user), "who": request.user.alias}
    return render(request, "people/locked.html", context)


@require_POST
@staff_required
def lock_now(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Cover the screen by hand, or because the page saw nobody for too long (scripts: 204)."""
    sessions.lock(actor.access, timezone.now())
    if wants_json(request):
        return HttpResponse(status=204)
    query = QueryDict(mutable=True)
    query["next"] = target_of(request)
    return redirect(f"{resolve_url('people:locked')}?{query.urlencode(safe='/')}")


@require_POST
def still_here(request: HttpRequest) -> JsonResponse:
    """The locked page is still open: chats stay assigned. It is no activity and opens nothing.

    Answers `{"locked": …}`: false where another tab unlocked or signed out, so that this one goes on too.
    """
    locked = isinstance(request.user, Staff) and not _is_open(request)
    if isinstance(request.user, Staff):
        presence.kept(request.user.pk, timezone.now())
    return JsonResponse({"locked": locked})


@require_POST
@staff_required
def active(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001 -- the middleware noted the activity
    """Somebody moved, typed or tapped on the desk (204); scripts send this at most once a minute."""
    return HttpResponse(status=204)


@require_GET
@staff_required
def left(_request: HttpRequest, actor: Actor) -> JsonResponse:
    """`{"seconds": …}` until this session locks; asking is no activity."""
    return JsonResponse({"seconds": sessions.seconds_left(actor, timezone.now())})


def _is_open(request: HttpRequest) -> bool:
    """Whether the middleware found keys that are not locked."""
    return getattr(request, "actor", None) is not None


def _opens(request: HttpRequest, staff: Staff, form: Any) -> bool:
    if not attempts.allowed_in_session(request):
        form.refuse_for_now()
        return False
    key, token = cookies.staff_cookies(request)
    if not sessions.unlock(staff, key, token, form.cleaned_data["password"], timezone.now()):
        form.refuse()
        return False
    return True


def _leave(request: HttpRequest) -> HttpResponse:
    """Sign out from the lock: open chats go back to the queue after the grace period, as when a line is lost."""
    sessions.end_by_key(request.session.session_key or "")
    logout(request)
    response = redirect("people:sign_in")
    cookies.clear_vault(response)
    return response
