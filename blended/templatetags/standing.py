"""The calm card above a composer, and the text that both sides write, for pages of other rooms."""

from typing import Any
from uuid import UUID

from django import template

from blended.domain.together import LIMITS
from blended.views import standings
from counselling.people.cookies import seeker_of

register = template.Library()


@register.inclusion_tag("blended/_standing.html", takes_context=True)
def standing(context: dict[str, Any]) -> dict[str, Any]:
    """For the `case` of a page of its young person: what waits for them, drawn; a script keeps it alive."""
    actor, case = seeker_of(context["request"]), context["case"]
    now = standings.told(actor, case.id) if actor else None
    return {"standing": now, "side": "seeker", "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("blended/_together.html", takes_context=True)
def together(context: dict[str, Any], side: str, case: UUID | str, purpose: str = "agreement") -> dict[str, Any]:
    """The live text for a page that enlivens it with together.js (`mount`); nothing is read here."""
    return {
        "side": side,
        "case_id": case,
        "purpose": purpose,
        "limit": LIMITS[purpose],
        "live": True,
        "csrf_token": context.get("csrf_token"),
    }
