"""Agreeing on a time: until it can be done here, an honest page with the ways that work today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from counselling.centre.domain import help as help_contacts
from counselling.centre.domain.doors import doors


@require_safe
def appointment(request: HttpRequest) -> HttpResponse:
    """How to agree on a time by telephone or chat, when the house is open, and who helps on the telephone now."""
    open_now = help_contacts.open_now(timezone.now())
    calling = [contact for contact in open_now if contact.channel == "spoken" and not contact.emergency]
    return render(request, "blended/appointment.html", {"doors": doors(), "calling": calling})
