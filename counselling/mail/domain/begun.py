"""A letter that is begun belongs to its writer: it comes along when they take another seat in the same case.

A chat in between, or a case that comes back, gives a counsellor a new seat. No letter is bound to the old one.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from counselling.cases.domain import seats
from counselling.cases.models import Seat
from counselling.mail.models import File, Letter, SecondLook


def of_seat(seat: Seat) -> Letter | None:
    """The letter that the holder of this open seat is writing, on this seat from now on."""
    found = at_hand(seat).first()
    if found or _left(seat) is None:
        return found
    with transaction.atomic():
        seats.lock(seat.case_id)
        left = None if at_hand(seat).exists() else _left(seat)
        if left:
            move(left, seat)
    return at_hand(seat).first()


def at_hand(seat: Seat) -> QuerySet[Letter]:
    """The one that is being written in this seat; without those that do not open."""
    return Letter.objects.filter(seat=seat, broken_at=None)


def set_aside(letter: Letter) -> None:
    """Keep one that does not open, so that another can have its place; it is never sent. The case is locked."""
    Letter.objects.filter(pk=letter.pk).update(broken_at=timezone.now(), send_at=None)


def follow(broken: Letter, letter: Letter) -> None:
    """What is attached to one that was set aside, and what a colleague says about it, goes to the one in its place."""
    File.objects.filter(letter=broken.pk).update(letter=letter.pk)
    SecondLook.objects.filter(letter=broken).update(letter=letter)


def seat_of_writer(letter: Letter) -> Seat | None:
    """The open seat of who wrote it; None where they do not sit in the case any more."""
    old = letter.seat
    if old.ended_at is None:
        return old
    return Seat.objects.filter(case=letter.case_id, staff=old.staff_id, role=old.role, ended_at__isnull=True).first()


def move(letter: Letter, seat: Seat) -> None:
    """To another seat of its writer, with what is attached to it; the case is locked."""
    Letter.objects.filter(pk=letter.pk).update(seat=seat)
    File.objects.filter(letter=letter.pk, seat=letter.seat_id).update(seat=seat)
    letter.seat = seat


def _left(seat: Seat) -> Letter | None:
    """What they began in an earlier seat."""
    if seat.staff_id is None:
        return None
    earlier = {"seat__staff": seat.staff_id, "seat__role": seat.role, "seat__ended_at__isnull": False}
    return Letter.objects.filter(case=seat.case_id, broken_at=None, **earlier).order_by("-saved_at").first()
