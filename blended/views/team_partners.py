"""The directory as the team keeps it: list, form, switch; and as a table for those who lead."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from blended.domain import partner_import, partners
from blended.domain.partner_csv import MOST_BYTES
from blended.domain.partners import Unfit
from blended.models import Partner
from blended.partner_forms import PartnerForm
from counselling.centre.domain import topics
from counselling.errors import Invalid
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.web import incoming

BOM = "\ufeff"  # tells spreadsheets that it is UTF-8


@require_GET
@staff_required
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All of my teams', with what is switched off at the end."""
    rows = partners.of_teams(actor)
    context = {
        "partners": rows,
        "several": len({row.team_id for row in rows}) > 1,
        "lead": partner_import.may_bring_in(actor),
    }
    return render(request, "blended/team_partners.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One more."""
    return _form(request, actor, None)


@require_http_methods(["GET", "POST"])
@staff_required
def edit(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Change it."""
    return _form(request, actor, partners.one(actor, number))


@require_POST
@staff_required
def switch(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show it, show it no more, or say that it is still true: the button that was pressed."""
    if "checked" in request.POST:
        partners.checked_today(actor, number)
    else:
        partners.switch(actor, number, on="on" in request.POST)
    return _to_list(number)


@require_http_methods(["GET", "POST"])
@incoming.in_parts
@staff_required
def table(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand a table in, look at what it would do, confirm or discard. Nothing is written before that."""
    if request.method == "GET":
        return _table(request, actor)
    if "seen" in request.POST:
        number = partner_import.confirm(actor, request.POST["seen"])
        return HttpResponseRedirect(f"{resolve_url('blended:partners')}?brought={number}", status=303)
    if "discard" in request.POST:
        partner_import.discard(actor)
        return HttpResponseRedirect(resolve_url("blended:partners_table"), status=303)
    try:
        _hand_in(request, actor)
    except Invalid as refusal:
        return _table(request, actor, refusal)
    return HttpResponseRedirect(resolve_url("blended:partners_table"), status=303)


@require_POST
@staff_required
def export(_request: HttpRequest, actor: Actor) -> HttpResponse:
    """All of my teams' as a file that `table` takes again."""
    return HttpResponse(
        BOM + partner_import.export(actor),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="vor-ort-{timezone.localdate():%Y-%m-%d}.csv"'},
    )


def _form(request: HttpRequest, actor: Actor, row: Partner | None) -> HttpResponse:
    form = PartnerForm(
        request.POST or None,
        teams=partners.teams(actor),
        topics=list(topics.labels().items()),
        known=partners.of_row(row) if row else None,
        team=row.team_id if row else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            number = row.pk if row else None
            return _to_list(partners.write(actor, form.partner(), team=form.cleaned_data["team"], number=number))
        except Unfit as refusal:
            form.refuse(refusal.problems)
    context = {"form": form, "partner": row}
    return render(request, "blended/team_partner.html", context, status=422 if form.errors else 200)


def _to_list(number: int) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('blended:partners')}#partner-{number}", status=303)


def _hand_in(request: HttpRequest, actor: Actor) -> None:
    """Read the file as it comes, at most one byte more than may be."""
    file, team = incoming.file_of(request), request.POST.get("team", "")
    chosen = next((one for one in partners.teams(actor) if str(one.pk) == team), None)
    data = bytearray()
    for part in file.parts if file else ():
        data += part
        if len(data) > MOST_BYTES:
            break
    incoming.rest(request)
    if file is None or not file.name or chosen is None:
        raise Invalid(partner_import.NO_FILE)
    partner_import.hand_in(actor, chosen.pk, bytes(data))


def _table(request: HttpRequest, actor: Actor, refusal: Invalid | None = None) -> HttpResponse:
    preview = partner_import.preview(actor)
    numbers = {what: preview.number(what) for what in ("new", "changed", "same")} if preview else {}
    context = {"preview": preview, "numbers": numbers, "teams": partners.teams(actor), "refusal": refusal}
    return render(request, "blended/team_partners_table.html", context, status=422 if refusal else 200)
