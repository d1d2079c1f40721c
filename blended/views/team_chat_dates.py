"""The chats of my appointments whose door is open, for the desk; the way in is `team_dates.act`."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from blended.domain import chat_dates
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_GET
@counsellor_required
def listed(_request: HttpRequest, actor: Actor) -> JsonResponse:
    """For the desk's script, which asks now and then."""
    return JsonResponse({"chats": told(actor)})


def told(actor: Actor) -> list[dict[str, Any]]:
    """Each with where its way in is; times in ISO 8601."""
    return [
        {
            "id": str(one.appointment),
            "nickname": one.nickname,
            "at": one.starts_at.isoformat(),
            "waits": one.waits,
            "ready": one.ready,
            "enter": reverse("blended:date_act", args=[one.appointment, "chat"]),
        }
        for one in chat_dates.open_for(actor)
    ]
