"""Who may set up a factor, and the codes that wait in their session meanwhile, readable to their browser alone.

Either somebody signed in whose password was right within ten minutes, or somebody in the middle of their first sign-in
who has none yet.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from counselling.errors import NotAllowed
from counselling.people import cookies, halfway, proof
from counselling.people.domain import signing_in, sparecodes
from counselling.people.domain.actors import Actor
from counselling.people.domain.signing_in import Step
from counselling.people.halfway import Halfway
from counselling.people.http import staff_required
from counselling.people.views.second_step import too_late
from counselling.people.views.sign_in import PAGES, go_on
from counselling.vault import digests
from counselling.vault import wraps as vault_wraps
from counselling.vault.sealing import Unreadable
from counselling.web.errors import wants_json

View = Callable[..., HttpResponseBase]
_WAITING: Final = "waiting-codes"


@dataclass(frozen=True)
class Enrolment:
    """Somebody who may set up a factor. `half`: in the middle of their first sign-in; None: signed in."""

    actor: Actor
    token: str = field(repr=False)
    half: Halfway | None

    def finish(self, request: HttpRequest, how: str) -> HttpResponse:
        """On with the sign-in, or to the codes that are still missing, or back to the overview."""
        if self.half:
            return go_on(request, self.half, how)
        return redirect("people:factors" if sparecodes.exist(self.actor.id) else "people:factor_codes")


def may_enrol(step: Step) -> Callable[[View], View]:
    """Calls the view with (request, enrolment, …). Who is signing in may do so only at this step of it."""

    def decorate(view: View) -> View:
        @staff_required
        @proof.required
        def signed_in(request: HttpRequest, actor: Actor, *args: object) -> HttpResponseBase:
            return view(request, Enrolment(actor, cookies.staff_cookies(request)[1], None), *args)

        @wraps(view)
        def guarded(request: HttpRequest, *args: object) -> HttpResponseBase:
            half = None if request.user.is_authenticated else halfway.of(request)
            if half is None:
                late = halfway.is_begun(request) and not wants_json(request)
                return too_late(request) if late else signed_in(request, *args)
            now = signing_in.next_step(half.staff.pk, proved=bool(half.proved))
            if now is step:
                return view(request, Enrolment(half.actor, half.token, half), *args)
            if wants_json(request) or now is Step.ENTER:
                raise NotAllowed
            return redirect(PAGES[now])

        return guarded

    return decorate


def waiting_codes(request: HttpRequest, enrolment: Enrolment) -> list[str]:
    """The ten codes on the page: the same after a reload, until they are confirmed; in the session only wrapped."""
    codes = _opened(request.session.get(_WAITING, ""), enrolment)
    if codes is None:
        codes = sparecodes.new_codes(enrolment.actor)
        wrapped = vault_wraps.wrap(digests.token_kek(enrolment.token), json.dumps(codes).encode(), _purpose(enrolment))
        request.session[_WAITING] = base64.b64encode(wrapped).decode()
    return codes


def forget_codes(request: HttpRequest) -> None:
    """They were confirmed."""
    request.session.pop(_WAITING, None)


def _opened(wrapped: str, enrolment: Enrolment) -> list[str] | None:
    try:
        data = vault_wraps.unwrap(digests.token_kek(enrolment.token), base64.b64decode(wrapped), _purpose(enrolment))
    except Unreadable:
        return None
    return cast("list[str]", json.loads(data))


def _purpose(enrolment: Enrolment) -> bytes:
    return b"spare-codes|v1|" + enrolment.actor.id.bytes
