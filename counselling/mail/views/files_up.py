"""Attaching: a script brings a file in pieces of 64 KiB, so that no body is large enough to touch a disk in clear."""

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from counselling.cases.views.parse import body
from counselling.errors import SlowDown
from counselling.mail.domain import uploads
from counselling.mail.file_forms import BeginForm
from counselling.mail.views.files_guard import of_seeker
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required
from counselling.vault.chunks import BYTES
from counselling.web import limits

FILES_PER_HOUR = 240  # from one address, which may be a whole school


def _begin(request: HttpRequest, actor: Actor, case_id: UUID) -> JsonResponse:
    """A place for a file: its id, the letter's id, and how many bytes each piece has."""
    if not limits.hit(request, "files", FILES_PER_HOUR, 3600):
        raise SlowDown
    told = body(request, BeginForm)
    file, letter = uploads.begin(actor, case_id, told["letter"], name=told["name"], size=told["size"])
    return JsonResponse({"file": str(file), "letter": str(letter), "piece": BYTES})


def _piece(request: HttpRequest, actor: Actor, case_id: UUID, file_id: UUID, number: int) -> JsonResponse:
    """The bytes of one piece as they are, no form."""
    uploads.piece(actor, case_id, file_id, number, request.body)
    return JsonResponse({})


def _done(_request: HttpRequest, actor: Actor, case_id: UUID, file_id: UUID) -> JsonResponse:
    """All pieces are there: checked, made clean, attached. Its name as it is now."""
    known = uploads.finish(actor, case_id, file_id)
    return JsonResponse({"file": str(known.id), "name": known.name, "size": known.size})


def _remove(_request: HttpRequest, actor: Actor, case_id: UUID, file_id: UUID) -> JsonResponse:
    """Out of the letter again, whole or half."""
    uploads.remove(actor, case_id, file_id)
    return JsonResponse({})


begin, team_begin = require_POST(of_seeker(_begin)), require_POST(counsellor_required(_begin))
piece, team_piece = require_POST(of_seeker(_piece)), require_POST(counsellor_required(_piece))
done, team_done = require_POST(of_seeker(_done)), require_POST(counsellor_required(_done))
remove, team_remove = require_POST(of_seeker(_remove)), require_POST(counsellor_required(_remove))
