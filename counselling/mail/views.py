"""Writing in one's own time: until it exists, an honest page with every way that works today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from counselling.centre.domain import help as help_contacts
from counselling.centre.domain.doors import doors


@require_safe
def letter(request: HttpRequest) -> HttpResponse:
    """What is coming, what works now, and who answers letters already."""
    contacts = help_contacts.all_contacts(timezone.now())
    writing = [contact for contact in contacts if contact.channel == "written" and not contact.emergency]
    return render(request, "mail/letter.html", {"doors": doors(), "writing": writing})
