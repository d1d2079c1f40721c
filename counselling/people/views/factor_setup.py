"""Setting up a second factor: the app by a QR code, a passkey by a script, and the spare codes for a bad day."""

import base64
from typing import Final

import segno
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from counselling.errors import NotAllowed
from counselling.people import challenges
from counselling.people.domain import authenticator, factors, passkeys, sparecodes
from counselling.people.domain.authenticator import Offer
from counselling.people.domain.signing_in import Step
from counselling.people.factor_forms import CodeForm, KeptForm
from counselling.people.views.enrolment import Enrolment, forget_codes, may_enrol, waiting_codes
from counselling.people.views.second_step import as_json

_SECRET: Final = "new-app"  # noqa: S105 -- where it waits in the session, sealed


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@may_enrol(Step.SET_UP)
def app(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The QR code and the same as text; the secret counts once a code of the app came back."""
    sealed, offer = _waiting_secret(request, enrolment)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code, first = form.cleaned_data["code"], enrolment.half is not None
        if authenticator.confirm(enrolment.actor, sealed, code, timezone.now(), first=first):
            request.session.pop(_SECRET, None)
            return enrolment.finish(request, factors.APP)
        form.refuse()
    context = {"form": form, "offer": offer, "picture": _picture(offer), "first": enrolment.half is not None}
    return render(request, "people/factor_app.html", context)


@require_GET
@may_enrol(Step.SET_UP)
def passkey_page(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """A name and a button, or the one sentence why passkeys cannot work under this address."""
    works = challenges.party_of(request) is not None
    context = {"passkeys_work": works, "first": enrolment.half is not None, "name_max": passkeys.NAME_MAX}
    return render(request, "people/factor_passkey.html", context)


@require_POST
@may_enrol(Step.SET_UP)
def passkey_question(request: HttpRequest, enrolment: Enrolment) -> JsonResponse:
    """What the browser hands to a new passkey, as JSON."""
    party = challenges.party_of(request)
    if party is None:
        raise NotAllowed
    return challenges.ask(request, passkeys.question_to_add(enrolment.actor, party), purpose="add")


@require_POST
@may_enrol(Step.SET_UP)
def passkey(request: HttpRequest, enrolment: Enrolment) -> JsonResponse:
    """`{"answer": …, "name": text}` of a new passkey; `{"next": address}`. Raises PasskeyRefused."""
    party, challenge = challenges.party_of(request), challenges.take(request, purpose="add")
    given = challenges.body(request)
    if party is None:
        raise NotAllowed
    first, name = enrolment.half is not None, str(given.get("name", ""))
    passkeys.add(enrolment.actor, party, challenge, given.get("answer"), name, first=first)
    return as_json(enrolment.finish(request, factors.PASSKEY))


@require_http_methods(["GET", "POST"])
@may_enrol(Step.KEEP_CODES)
def codes(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Ten spare codes; they count, and those from before no more, once somebody says that they kept them."""
    shown = waiting_codes(request, enrolment)
    form = KeptForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        sparecodes.keep(enrolment.actor, shown)
        forget_codes(request)
        return enrolment.finish(request, enrolment.half.proved if enrolment.half else "")
    context = {
        "form": form,
        "codes": shown,
        "first": enrolment.half is not None,
        "renewing": sparecodes.exist(enrolment.actor.id),
    }
    return render(request, "people/factor_codes.html", context)


def _waiting_secret(request: HttpRequest, enrolment: Enrolment) -> tuple[bytes, Offer]:
    """The sealed secret that waits in the session, so that a reload shows the same picture."""
    issuer = f"{_('Beratung')} {request.get_host()}"
    sealed = base64.b64decode(request.session.get(_SECRET, ""))
    offer = authenticator.offer(enrolment.actor, sealed, issuer)
    if offer is None:
        sealed = authenticator.new_secret(enrolment.actor)
        request.session[_SECRET] = base64.b64encode(sealed).decode()
        offer = authenticator.offer(enrolment.actor, sealed, issuer)
    if offer is None:
        raise NotAllowed
    return sealed, offer


def _picture(offer: Offer) -> str:
    """The QR code as an address of the data: kind, dark on white in light and dark pages alike."""
    return str(segno.make(offer.address, error="m").svg_data_uri(scale=4, light="#fff", dark="#000"))
