"""For those who lead: which files were reported, what the law asks for, and deleting one for good."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from counselling.cases.views.own.guard import see_other
from counselling.mail.domain import locking
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required


@require_GET
@staff_required
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The reported files of my teams: when, where, what kind; nothing of what they show."""
    return render(request, "mail/files_locked.html", {"locked": locking.listed(actor)})


@require_http_methods(["GET", "POST"])
@staff_required
def delete(request: HttpRequest, actor: Actor, file_id: UUID) -> HttpResponse:
    """GET asks, POST with the tick deletes it; nobody gets it back."""
    file = locking.one(actor, file_id)
    if not request.POST.get("sure"):
        unsure = request.method == "POST"
        context = {"file": file, "unsure": unsure}
        return render(request, "mail/file_locked_delete.html", context, status=422 if unsure else 200)
    locking.delete(actor, file_id)
    return see_other("mail:locked_files")
