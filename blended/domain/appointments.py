"""Appointments as those two see them who meet; what only they need to know is sealed under the case's key."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from blended.domain import busy
from blended.models import Appointment, Channel, Place
from counselling.cases.domain import keys, seats, trail
from counselling.cases.models import Case, Role
from counselling.errors import NotFound
from counselling.people.domain import words
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind

# Who calls, or stands at the door, is recognised by a word instead of a name.
WITH_WORD = (Channel.PHONE, Channel.ONSITE)


@dataclass(frozen=True)
class Sealed:
    """The word for door or telephone ("" where none is needed), and what one side noted for both."""

    word: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class DateView:
    """An appointment as both sides read it. Times are UTC; `proposed_by` is "seeker" or "counsellor".

    `place` is its row (public texts) or None; `who` the alias of who will be there. `sealed` is None when it does not
    open here. `instead_of`: the appointment that this one takes the place of, once both agree.
    """

    id: UUID
    case: UUID
    state: str
    channel: str
    starts_at: datetime
    ends_at: datetime
    place: Place | None
    who: str
    staff: UUID
    proposed_by: str
    sealed: Sealed | None = field(repr=False)
    slot: UUID | None
    instead_of: UUID | None
    sequence: int
    was_agreed: bool  # so that a calendar may know it

    @property
    def open(self) -> bool:
        """Whether it is still to come, or waits for an answer that still makes sense."""
        return self.state in busy.OPEN and self.ends_at > timezone.now()

    @property
    def begun(self) -> bool:
        """Whether its time has come."""
        return self.starts_at <= timezone.now()

    @property
    def to_mark(self) -> bool:
        """Agreed and begun, and nobody said yet whether it took place."""
        return self.state == Appointment.State.AGREED and self.begun


def of_case(actor: Actor, case_id: UUID) -> list[DateView]:
    """Every appointment of a case by its start, for its two sides, noted in the trail; a constant number of queries.

    Raises NotFound, NotAllowed (also a consultant).
    """
    trail.opened(actor, seats.side(seats.seated(actor, case_id)).case)
    return views(Appointment.objects.filter(case=case_id), keys.case_keys(actor, [case_id]))


def one(actor: Actor, appointment: UUID) -> DateView:
    """One appointment of a case for its two sides, noted in the trail. Raises NotFound, NotAllowed (a consultant)."""
    rows = Appointment.objects.filter(pk=appointment)
    case_id = rows.values_list("case", flat=True).first()
    if case_id is None:
        raise NotFound
    trail.opened(actor, seats.side(seats.seated(actor, case_id)).case)
    return views(rows, keys.case_keys(actor, [case_id]))[0]


def case_of(actor: Actor, appointment: UUID) -> Case | None:
    """The case of an appointment for whoever is seated there; None for who is only to be there. Raises NotFound."""
    row = Appointment.objects.filter(pk=appointment).first()
    if row is None:
        raise NotFound
    try:
        return seats.seated(actor, row.case_id).case
    except NotFound:
        if row.staff_id != actor.id:
            raise
        return None


def views(rows: QuerySet[Appointment], opened: Mapping[UUID, bytes]) -> list[DateView]:
    """These rows by their start, opened with these keys. One query."""
    return [view(row, opened.get(row.case_id)) for row in rows.select_related("place", "staff").order_by("starts_at")]


def view(row: Appointment, key: bytes | None) -> DateView:
    """One row; `key` is the case's, or None."""
    return DateView(
        id=row.pk,
        case=row.case_id,
        state=row.state,
        channel=row.channel,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        who=row.staff.alias,
        staff=row.staff_id,
        proposed_by=side(row.proposed_by),
        sealed=opened(row, key),
        slot=row.slot_id,
        instead_of=row.instead_of_id,
        sequence=row.sequence,
        was_agreed=was_agreed(row),
    )


def was_agreed(row: Appointment) -> bool:
    """Whether both sides wanted it at some time: a proposal that fell has no answer and was counted up once."""
    return row.state != Appointment.State.DECLINED and (row.answered_at is not None or row.sequence > 1)


def side(role: int) -> str:
    """How notices call a side."""
    return "seeker" if role == Role.SEEKER else "counsellor"


def sealed_for(case_id: UUID, appointment: UUID, key: bytes, content: Sealed) -> bytes:
    """What the row keeps."""
    text = json.dumps({"word": content.word, "note": content.note}, ensure_ascii=False)
    return sealing.seal(key, text, _binding(case_id, appointment))


def opened(row: Appointment, key: bytes | None) -> Sealed | None:
    """What only the two need to know; None where it does not open."""
    if row.sealed is None:
        return Sealed()
    if key is None:
        return None
    try:
        content = json.loads(sealing.open_sealed(key, row.sealed, _binding(row.case_id, row.pk)))
    except sealing.Unreadable:
        seats.audit.error("an appointment of case %s does not open", row.case_id)
        return None
    return Sealed(content["word"], content["note"])


def new_word(taken: Iterable[str] = ()) -> str:
    """Two friendly German words, easy to say at a door or on the telephone: `Blaue Eule`."""
    word = words.german(secrets.choice)
    return word if word not in set(taken) else new_word(taken)


def _binding(case_id: UUID, appointment: UUID) -> Binding:
    return Binding(Kind.APPOINTMENT, case_id, ref=appointment)
