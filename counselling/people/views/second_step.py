"""The second step: a code from the app, a spare code, or a passkey. Only who gave the right password sees it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from counselling.errors import NotAllowed
from counselling.people import challenges, code_attempts, halfway
from counselling.people.domain import factors, passkeys, signing_in
from counselling.people.domain.signing_in import Step
from counselling.people.factor_forms import CodeForm
from counselling.people.halfway import Halfway
from counselling.people.views.sign_in import go_on


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """A field for both kinds of code, and a button for passkeys where they can work."""
    half = halfway.of(request)
    if half is None:
        return too_late(request)
    if signing_in.next_step(half.staff.pk, proved=bool(half.proved)) is not Step.PROVE:
        return go_on(request, half, half.proved)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (how := _prove(request, half, form)):
        return go_on(request, half, how)
    return render(request, "people/second_step.html", _context(request, half, form))


@require_POST
def question(request: HttpRequest) -> JsonResponse:
    """What the browser hands to a passkey, as JSON."""
    half, party = _half(request), challenges.party_of(request)
    if party is None:
        raise NotAllowed
    return challenges.ask(request, passkeys.question_to_prove(half.staff.pk, party), purpose="prove")


@require_POST
def answer(request: HttpRequest) -> JsonResponse:
    """The passkey's answer; `{"next": address}` when it was right. Raises PasskeyRefused."""
    half, party = _half(request), challenges.party_of(request)
    challenge = challenges.take(request, purpose="prove")
    if party is None or not passkeys.check(half.staff.pk, party, challenge, challenges.body(request).get("answer")):
        raise passkeys.PasskeyRefused
    code_attempts.succeeded(request, half.staff.pk)
    return as_json(go_on(request, half, factors.PASSKEY))


def too_late(request: HttpRequest) -> HttpResponse:
    """Back to the beginning, which says why."""
    response = redirect("people:sign_in")
    response["Location"] += "?late=1"
    if halfway.is_begun(request):
        halfway.end(request, response)
    return response


def as_json(response: HttpResponse) -> JsonResponse:
    """A redirect as scripts follow it, cookies included."""
    answer = JsonResponse({"next": response["Location"]})
    answer.cookies = response.cookies
    return answer


def _half(request: HttpRequest) -> Halfway:
    half = halfway.of(request)
    if half is None:
        raise NotAllowed
    return half


def _prove(request: HttpRequest, half: Halfway, form: CodeForm) -> str:
    typed, staff = form.cleaned_data["code"], half.staff.pk
    if not code_attempts.allowed(request, staff, typed):
        if code_attempts.is_news(staff):
            signing_in.note_guessing(staff)
        form.refuse_for_now()
        return ""
    how = signing_in.prove(staff, typed, timezone.now())
    if how:
        code_attempts.succeeded(request, staff)
    else:
        form.refuse(spare="spare" in request.POST)
    return how


def _context(request: HttpRequest, half: Halfway, form: CodeForm) -> dict[str, object]:
    has = factors.overview(half.actor)
    return {
        "form": form,
        "has": has,
        "spare": not has.app_since or "spare" in request.GET or "spare" in request.POST,
        "passkeys_work": challenges.party_of(request) is not None,
    }
