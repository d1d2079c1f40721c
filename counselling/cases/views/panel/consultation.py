"""Asking a colleague of another team without names, and being asked."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from counselling.cases.domain import consultation
from counselling.cases.domain.consultation import Candidate, Said
from counselling.cases.domain.timeline import Line
from counselling.cases.panel_forms import ConsultForm, TextForm
from counselling.errors import DomainError, Invalid, NotAllowed
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

_CHOOSE = _("Wähle aus, wen du fragst.")
_THEM = _("Junge Person")
_INSOFA = _("Insoweit erfahrene Fachkraft (§ 8a)")
STEPS: Final = ("take", "earlier", "later", "replace", "share")
MOST_DIGITS: Final = 9


@require_http_methods(["GET", "POST"])
@counsellor_required
def ask(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """One address for all steps: take lines over, put an X for the name, share. Any other word does nothing (400)."""
    said = consultation.lately_said(actor, case_id, before=_before(request))
    nickname = said.nickname
    people = consultation.candidates(actor, case_id)
    text, step = request.POST.get("text", ""), request.POST.get("step")
    form = ConsultForm(
        request.POST if request.method == "POST" else None,
        people=[(str(one.id), _named(one)) for one in people],
        lines=_choices(said),
    )
    strange = request.method == "POST" and step not in STEPS  # nothing is shared but by the button that says so
    if strange:
        form.add_error("text", str(Invalid.sentence))
    elif form.is_valid() and step in {"take", "earlier", "later"}:
        taken = consultation.chosen(said.lines, form.cleaned_data["take"], nickname)
        text = "\n\n".join(part for part in (text.strip(), taken) if part)
        if step != "take":  # what was ticked is in the text; now the part beside it
            said = consultation.lately_said(actor, case_id, before=said.earlier if step == "earlier" else said.later)
            form.offer(_choices(said))
    elif form.is_valid() and step == "replace":
        text = consultation.without_names(text, nickname)
    elif form.is_valid() and step == "share" and (asked := _share(actor, case_id, form)):
        return HttpResponseRedirect(resolve_url("panel:consultation", asked), status=303)
    context = {
        "form": form,
        "case_id": case_id,
        "nickname": nickname,
        "text": text,
        "pieces": _pieces(text, nickname),
        "people": people,
        "said": said,
    }
    status = 400 if strange else 422 if form.errors else 200
    return render(request, "cases/panel/consult.html", context, status=status)


@require_GET
@counsellor_required
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Whom I asked, and who asked me."""
    return render(request, "cases/panel/consultations.html", {"consultations": consultation.mine(actor)})


@require_http_methods(["GET", "POST"])
@counsellor_required
def one(request: HttpRequest, actor: Actor, consultation_id: UUID) -> HttpResponse:
    """The excerpt and the remarks; the colleague writes theirs here."""
    form = TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            consultation.answer(actor, consultation_id, form.cleaned_data["text"])
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error("text", str(refusal.sentence))
        else:
            return HttpResponseRedirect(resolve_url("panel:consultation", consultation_id), status=303)
    context = {"one": consultation.opened(actor, consultation_id), "form": form}
    return render(request, "cases/panel/consultation.html", context, status=422 if form.errors else 200)


@require_POST
@counsellor_required
def end(_request: HttpRequest, actor: Actor, consultation_id: UUID) -> HttpResponse:
    """Take it back."""
    consultation.end(actor, consultation_id)
    return HttpResponseRedirect(resolve_url("panel:consultations"), status=303)


def _share(actor: Actor, case_id: UUID, form: ConsultForm) -> UUID | None:
    """Share what the form says; None with the reason in the form."""
    data = form.cleaned_data
    if not data["to"]:
        form.add_error("to", str(_CHOOSE))
        return None
    try:
        return consultation.ask(actor, case_id, to=UUID(data["to"]), text=data["text"], checked=data["checked"])
    except DomainError as refusal:
        form.add_error("text", str(refusal.sentence))
        return None


def _before(request: HttpRequest) -> int | None:
    """The seq before which lines are wanted."""
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS else None


def _named(one: Candidate) -> str:
    """How a colleague stands in the list: who is named for § 8a says so first."""
    named = f"{one.alias} ({one.teams})"
    return f"{_INSOFA}: {named}" if one.insofa else named


def _choices(said: Said) -> list[tuple[str, str]]:
    return [(str(line.seq), _shown(line)) for line in said.lines]


def _shown(line: Line) -> str:
    return f"{line.name or _THEM}: {Truncator(line.text or '').chars(140)}"


def _pieces(text: str, nickname: str) -> list[tuple[str, bool]]:
    """The text in pieces, and whether each is the nickname; empty where it stands nowhere."""
    found, pieces, last = consultation.names_in(text, nickname), [], 0
    for begin, stop in found:
        pieces += [(text[last:begin], False), (text[begin:stop], True)]
        last = stop
    return [*pieces, (text[last:], False)] if found else []
