"""How a case stands between its two sides, as pages and their scripts are told; and what one may answer."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from blended.domain import changes, standing, ways
from blended.domain.standing import Standing
from counselling.cases.views.own import happened
from counselling.people.domain.actors import Actor


def told(actor: Actor, case_id: UUID) -> dict[str, Any]:
    """For the card of `blended/js/standing.js`; raises what `standing.of` raises."""
    return as_data(standing.of(actor, case_id), side="seeker" if actor.kind == "seeker" else "counsellor")


def as_data(now: Standing, *, side: str) -> dict[str, Any]:
    """Codes, and sentences in the reader's language."""
    prefix = "" if side == "seeker" else "team_"
    return {
        "case": str(now.case),
        "state": now.state,
        "change": str(now.change or ""),
        "talk": now.channel in ways.TALK,
        "channel": now.channel,
        "title": _titles(side).get((now.state, _kind(now.channel)), ""),
        "anonymity": [str(one) for one in now.anonymity] if side == "seeker" else [],
        "meeting": reverse(f"blended:{prefix}meeting", args=[now.meeting]) if now.meeting else "",
        "back": bool(now.before and now.change),
        "until": now.until.isoformat() if now.until else "",
        "offered": now.offered,
        "text": now.text,
    }


def carry_out(actor: Actor, change: UUID, answer: str) -> None:
    """One of change_forms.ANSWERS; raises what `changes` raises."""
    if answer in {"yes", *ways.TALK}:
        changes.agree(actor, change, by="" if answer == "yes" else answer)
    else:
        {"no": changes.refuse, "withdraw": changes.withdraw, "undo": changes.undo}[answer](actor, change)


def channel(code: str) -> str:
    """How a channel is called."""
    return happened.channel(code)


def _kind(channel: str) -> str:
    return "talk" if channel in ways.TALK else channel


def _titles(side: str) -> dict[tuple[str, str], str]:
    return _for_seekers() if side == "seeker" else _for_counsellors()


def _for_seekers() -> dict[tuple[str, str], str]:
    return {
        ("asked", "talk"): _("Wollen wir sprechen?"),
        ("asked", "mail"): _("Wollen wir in Briefen weiterschreiben?"),
        ("asked", "chat"): _("Wollen wir live chatten?"),
        ("mine", "talk"): _("Du hast gefragt, ob wir sprechen. Gleich kommt eine Antwort."),
        ("mine", "mail"): _("Du hast gefragt, ob wir in Briefen weiterschreiben. Gleich kommt eine Antwort."),
        ("mine", "chat"): _("Du hast gefragt, ob wir live chatten. Sobald jemand das liest, kommt eine Antwort."),
        ("ready", "talk"): _("Euer Gespräch ist offen."),
        ("go", "chat"): _("Ihr könnt jetzt live chatten."),
        ("over", "talk"): _("Das Gespräch ist zu Ende. Hier geht es weiter."),
    }


def _for_counsellors() -> dict[tuple[str, str], str]:
    return {
        ("asked", "talk"): _("Die junge Person fragt, ob ihr sprecht."),
        ("asked", "mail"): _("Die junge Person möchte in Briefen weiterschreiben."),
        ("asked", "chat"): _("Die junge Person möchte live chatten."),
        ("mine", "talk"): _("Gefragt, ob ihr sprecht. Noch keine Antwort."),
        ("mine", "mail"): _("Briefe vorgeschlagen. Noch keine Antwort."),
        ("mine", "chat"): _("Einen Chat vorgeschlagen. Noch keine Antwort."),
        ("ready", "talk"): _("Das Gespräch ist offen."),
        ("go", "chat"): _("Der Chat ist ausgemacht. Die junge Person kommt, wenn sie so weit ist."),
        ("over", "talk"): _("Das Gespräch ist zu Ende. Der Chat geht weiter."),
    }
