"""The challenge of a passkey lies in the browser's session from the question to the answer, and counts once."""

import base64
import json
import time
from typing import Any

from django.http import HttpRequest, JsonResponse

from counselling.errors import Invalid
from counselling.people.domain.passkeys import CHALLENGE_SECONDS, Party, Question, party

_KEY = "challenge"


def party_of(request: HttpRequest) -> Party | None:
    """Who asks on this page; None where passkeys cannot work."""
    return party(request.get_host().rpartition(":")[0] or request.get_host())


def ask(request: HttpRequest, question: Question, *, purpose: str) -> JsonResponse:
    """The question as JSON; its challenge waits for an answer to the same purpose, "add" or "prove"."""
    challenge = base64.b64encode(question.challenge).decode()
    request.session[_KEY] = {"purpose": purpose, "challenge": challenge, "at": time.time()}
    return JsonResponse(question.options)


def take(request: HttpRequest, *, purpose: str) -> bytes:
    """The waiting challenge, which is gone with that. Raises Invalid when there is none or it is five minutes old."""
    kept = request.session.pop(_KEY, None)
    if not kept or kept["purpose"] != purpose or time.time() - kept["at"] > CHALLENGE_SECONDS:
        raise Invalid
    return base64.b64decode(kept["challenge"])


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that a script posted; raises Invalid."""
    try:
        data = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Invalid from error
    if not isinstance(data, dict):
        raise Invalid
    return data
