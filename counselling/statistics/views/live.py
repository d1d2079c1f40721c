"""How the shift stands, live, for those who lead; and from which numbers on they are told."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics import live_forms as forms
from counselling.statistics.domain import alerts
from counselling.statistics.domain.alerts import KINDS, Watch

SEE_OTHER = 303
UNPROCESSABLE = 422
_HOUR = 60
_LABELS = {
    "waiting": gettext_lazy("Wartende im Chat"),
    "longest_wait": gettext_lazy("Längste Wartezeit"),
    "unanswered": gettext_lazy("Längste Zeit ohne Antwort in einem Chat"),
    "here": gettext_lazy("Beratende da"),
    "due_today": gettext_lazy("Briefe heute fällig"),
    "overdue": gettext_lazy("Briefe überfällig"),
    "second_look": gettext_lazy("Rot und Orange ohne zweiten Blick"),
}
_LIMIT_OF = {"waiting": "waiting_many", "longest_wait": "waiting_long"}  # elsewhere the two have the same name


@dataclass(frozen=True)
class Cell:
    """One number in words. `alert` is "" as long as its limit is not reached."""

    text: str
    detail: str
    alert: str


@require_GET
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The numbers as they are at this moment; a script asks for newer ones."""
    moment = timezone.now()
    teams = [(watch.load, _rows(watch)) for watch in alerts.watched(actor, moment)]
    return render(request, "statistics/live.html", {"teams": teams, "at": _clock(), "saved": "saved" in request.GET})


@require_GET
@staff_required
def now(_request: HttpRequest, actor: Actor) -> JsonResponse:
    """The same for the page's script: `{"at", "alerts": how many, "teams": {id: {number: Cell}}}`."""
    found = alerts.watched(actor, timezone.now())
    teams = {str(watch.load.team): {code: asdict(cell) for code, cell in _cells(watch).items()} for watch in found}
    return JsonResponse({"at": _clock(), "alerts": sum(len(watch.reached) for watch in found), "teams": teams})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def limits(request: HttpRequest, actor: Actor, team_id: UUID) -> HttpResponse:
    """A team's limits, all on one page."""
    team, rules = alerts.of_team(actor, team_id)
    found = forms.limits(rules, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (entered := forms.entered(found)):
        alerts.change(actor, team_id, entered)
        return HttpResponseRedirect(f"{reverse('statistics:shift')}?saved", status=SEE_OTHER)
    refused = any(form.errors for form in found)
    context = {"team": team, "limits": found, "refused": refused, "can_mail": alerts.can_mail()}
    return render(request, "statistics/live_limits.html", context, status=UNPROCESSABLE if refused else 200)


def _rows(watch: Watch) -> list[tuple[str, str | Promise, Cell]]:
    return [(code, _LABELS[code], cell) for code, cell in _cells(watch).items()]


def _cells(watch: Watch) -> dict[str, Cell]:
    load = watch.load
    texts = {
        "waiting": (str(load.waiting), ""),
        "longest_wait": (_span(load.longest_wait), ""),
        "unanswered": (_span(load.unanswered), ""),
        "here": (str(load.here), _("%(n)s ausgelastet") % {"n": load.full} if load.full else ""),
        "due_today": (str(load.due_today), ""),
        "overdue": (str(load.overdue), ""),
        "second_look": (
            str(load.second_look),
            _("%(red)s rot, %(orange)s orange") % {"red": load.red, "orange": load.orange} if load.second_look else "",
        ),
    }
    return {
        code: Cell(text, detail, _alert(watch, _LIMIT_OF.get(code, code))) for code, (text, detail) in texts.items()
    }


def _alert(watch: Watch, code: str) -> str:
    """In words, since colour alone tells nothing to those who cannot see it."""
    if code not in watch.reached:
        return ""
    limit = watch.rules[code].threshold
    minutes = next(kind.minutes for kind in KINDS if kind.code == code)
    return _("Grenze erreicht: %(limit)s") % {"limit": _span(limit) if minutes else limit}


def _span(minutes: int | None) -> str:
    if minutes is None:
        return _("niemand")
    hours, rest = divmod(minutes, _HOUR)
    if hours == 0:
        return _("%(n)s Min.") % {"n": rest}
    return _("%(n)s Std. %(rest)s Min.") % {"n": hours, "rest": rest}


def _clock() -> str:
    return date_format(timezone.localtime(), "H:i:s")
