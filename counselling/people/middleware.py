"""Before every page of the team: whose session this is, whether it still holds, and whether it was idle too long."""

from typing import Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from counselling.errors import Locked
from counselling.people import kept_text
from counselling.people.cookies import staff_cookies
from counselling.people.domain import sessions
from counselling.people.models import Staff
from counselling.web.errors import Trouble, answer, wants_json

ROOMS: Final = ("/team/", "/admin/")
# What a locked browser may still do: unlock, say that it is there, leave.
OPEN_WHILE_LOCKED: Final = ("/team/locked/", "/team/still-here/", "/team/sign-in/")
# Scripts ask for these by themselves; they are no activity of a person.
BY_ITSELF: Final = (
    "/team/desk.json",
    "/team/case.json",
    "/team/still-here/",
    "/team/left.json",
    "/team/letters/state.json",
    "/team/risk/waiting.json",
    "/team/shift/now.json",
    "/team/meeting/here/",
    "/team/change/now/",
    "/team/together/now/",
    "/team/dates/chats/",
    "/team/agreed.json",
)


class StaffSessions(MiddlewareMixin):
    """Sets `request.actor` for staff; a session that is over is signed out, a locked one asks for the password."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        """None to go on, or the way to the lock's page. Scripts get `Locked` as JSON."""
        if not request.path.startswith(ROOMS) or not isinstance(request.user, Staff):
            return None
        now = timezone.now()
        try:
            actor = sessions.actor_of(request.user, *staff_cookies(request), now)
        except Locked:
            return self._locked(request)
        if actor is None:
            logout(request)
            return None
        request.actor = actor  # type: ignore[attr-defined]  # ours
        if request.path not in BY_ITSELF:
            sessions.touch(actor, now)
        return None

    @staticmethod
    def _locked(request: HttpRequest) -> HttpResponseBase | None:
        if request.path in OPEN_WHILE_LOCKED:
            return None
        if wants_json(request):
            return answer(request, Trouble.of(Locked))
        if kept := kept_text.locked(request):
            return kept
        query = QueryDict(mutable=True)
        query["next"] = request.get_full_path() if request.method == "GET" else reverse("cases:desk")
        return HttpResponseRedirect(f"{reverse('people:locked')}?{query.urlencode(safe='/')}")
