"""The warm hand-over: a summary that both sides write and agree to, and only then another place learns of it.

    draft -> asked -> agreed -> handed -> opened -> closed       (`referral_steps.py` hands over and closes)
               |        |          |
               +--------+----------+--> refused                  (without a reason; as long as nobody has opened it)

Every other step is refused. All writers hold the case's lock.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import cards, partners, referral_text
from blended.domain.partner_fields import PartnerFields
from blended.domain.referral_text import Content
from blended.models import JointText, Partner, Referral
from counselling.cases.domain import counting, keys, newsworthy, seats, timeline, trail, twice
from counselling.cases.models import Case, Seat
from counselling.errors import Conflict, Invalid, NotFound
from counselling.people.domain.actors import Actor

State = Referral.State
WRITTEN: Final = (State.DRAFT, State.ASKED)
_TELLING: Final = _(
    "Hier steht noch etwas, woran man Menschen erkennen kann. Ersetze es, oder bestätige, dass es niemanden verrät."
)


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A referral as both sides read it; `to` and `text` are None when they do not open."""

    id: UUID
    case: UUID
    state: str
    author: str
    at: datetime
    to: str | None = field(repr=False)
    reach: str = field(repr=False)
    text: str | None = field(repr=False)
    version: int  # of the text; 0 when nobody writes any more
    seeker_agrees: bool  # to this version
    counsellor_agrees: bool
    agreed_at: datetime | None
    handed_at: datetime | None
    expires_at: datetime | None  # of the newest code
    waits: bool  # a code is out and has not been used
    opened_at: datetime | None
    outcome: str

    @property
    def may_be_refused(self) -> bool:
        """By the young person, from now on."""
        return self.state in {State.ASKED, State.AGREED} or (self.state == State.HANDED and self.waits)


def begin(actor: Actor, case_id: UUID, *, partner: int | None = None, other: str = "") -> UUID:
    """Begin one, to an organisation of the directory or to another place by its name; its id. The text is empty yet.

    A form that comes twice begins once. Raises NotFound (case, organisation), NotAllowed, Closed, Locked, Invalid (no
    place), Conflict (another one is being written).
    """
    actor.require_counsellor()
    with transaction.atomic():
        case = seats.side(seats.locked(actor, case_id)).case
        cards.require_running(case)
        key = keys.case_key(actor, case_id)
        content = _to(partner, other)
        open_one = _being_written(case_id)
        if open_one:
            return _the_same(open_one, content, key)
        referral = Referral(case=case, author_id=actor.id, at=timezone.now())
        referral.sealed = referral_text.seal(key, referral, content)
        referral.save(force_insert=True)
        referral_text.begin(key, case, referral)
    return referral.pk


def save(actor: Actor, referral_id: UUID, text: str, *, version: int) -> int:
    """Either side changes the text they saw as `version`; the version it has now. What both agreed to is open again.

    Raises Empty, TooLong, Invalid, NotFound, NotAllowed, Closed, Locked, Conflict (it was changed meanwhile, or is not
    written any more).
    """
    text = referral_text.clean(text)
    with transaction.atomic():
        referral, seat = locked(actor, referral_id)
        cards.require_running(seat.case)
        key = keys.case_key(actor, referral.case_id)
        joint = _joint(referral, WRITTEN)
        if referral_text.text_of(key, joint) == text:
            return joint.version
        if joint.version != version:
            raise Conflict(_("Inzwischen hat die andere Seite den Text geändert. Lies ihn noch einmal."))
        referral_text.change(key, joint, text)
    return joint.version


def ask(actor: Actor, referral_id: UUID, *, version: int, checked: bool = False) -> None:
    """The counsellor stands by this version and asks for consent; where the young person has given it, both agree.

    `checked`: they say that what looks like a name is none. Twice is once. Raises Empty, Invalid (a name stands in
    it), NotFound, NotAllowed, Closed, Locked, Conflict (changed meanwhile, or too late to ask).
    """
    actor.require_counsellor()
    with transaction.atomic():
        referral, seat = locked(actor, referral_id)
        case, key = seat.case, keys.case_key(actor, referral.case_id)
        cards.require_running(case)
        joint = _joint(referral, WRITTEN, version)
        if joint.counsellor_approved == version and referral.state == State.ASKED:
            return
        text = referral_text.clean(referral_text.text_of(key, joint) or "")
        if not checked and referral_text.names_in(text, keys.nickname(case, key), case.team_id):
            raise Invalid(_TELLING)
        joint.counsellor_approved = version
        joint.save(update_fields=["counsellor_approved"])
        if joint.seeker_approved == version:
            _settle(case, key, referral, joint, text)
        else:
            _ask(actor, case, referral)


def approve(actor: Actor, referral_id: UUID, *, version: int) -> bool:
    """The young person agrees to this version, and to its hand-over; True when the counsellor stands by it as well.

    Twice is once. Raises NotFound, NotAllowed, Closed, Locked, Conflict (changed meanwhile, or nobody asks).
    """
    actor.require_seeker()
    with transaction.atomic():
        referral, seat = locked(actor, referral_id)
        key = keys.case_key(actor, referral.case_id)
        if referral.state == State.AGREED:
            return True
        cards.require_running(seat.case)
        joint = _joint(referral, [State.ASKED], version)
        text = referral_text.clean(referral_text.text_of(key, joint) or "")
        joint.seeker_approved = version
        joint.save(update_fields=["seeker_approved"])
        both = joint.counsellor_approved == version
        if both:
            _settle(seat.case, key, referral, joint, text)
    return both


def refuse(actor: Actor, referral_id: UUID) -> None:
    """The young person would rather not, without a reason: the text is destroyed, a code that is out with it.

    Twice is once. Raises NotFound, NotAllowed, Conflict (it was handed over, and read).
    """
    actor.require_seeker()
    with transaction.atomic():
        referral, seat = locked(actor, referral_id)
        if referral.state == State.REFUSED:
            return
        if not _may_be_refused(referral):
            raise Conflict(_("Die andere Stelle hat es schon. Zurücknehmen geht nur vorher."))
        key = keys.case_key(actor, referral.case_id)
        content = referral_text.opened(key, referral)
        JointText.objects.filter(referral=referral).delete()
        referral.state, referral.parcel = State.REFUSED, None
        if content:
            referral.sealed = referral_text.seal(key, referral, Content(content.to, content.partner, content.reach))
        referral.save(update_fields=["state", "parcel", "sealed"])
        timeline.add_notice(seat.case, "referral_refused")
        counting.count_case("referral", seat.case, step="refused")


def drop(actor: Actor, referral_id: UUID) -> None:
    """The counsellor lets it be before anything was agreed to. Raises NotFound, NotAllowed, Conflict (too late)."""
    actor.require_counsellor()
    with transaction.atomic():
        referral, _seat = locked(actor, referral_id)
        if referral.state not in {*WRITTEN, State.REFUSED}:
            raise Conflict
        referral.delete()


def of_case(actor: Actor, case_id: UUID) -> list[ReferralView]:
    """The newest first; young people see none that they were not asked about. Noted in the trail.

    Raises NotFound, NotAllowed (also a consultant), Locked.
    """
    case = seats.side(seats.seated(actor, case_id)).case
    key = keys.case_key(actor, case_id)
    trail.opened(actor, case)
    return [_view(row, key) for row in _rows(actor).filter(case=case_id).order_by("-at")]


def one(actor: Actor, referral_id: UUID) -> ReferralView:
    """One of them, noted in the trail. Raises NotFound, NotAllowed (also a consultant), Locked."""
    row = _rows(actor).filter(pk=referral_id).first()
    if row is None:
        raise NotFound
    case = seats.side(seats.seated(actor, row.case_id)).case
    key = keys.case_key(actor, row.case_id)
    trail.opened(actor, case)
    return _view(row, key)


def waits_for(actor: Actor, case_id: UUID) -> bool:
    """Whether the young person is being asked something in this case; opens nothing. One query."""
    actor.require_seeker()
    return Referral.objects.filter(case=case_id, case__seeker=actor.id, state=State.ASKED).exists()


def locked(actor: Actor, referral_id: UUID) -> tuple[Referral, Seat]:
    """The referral and my seat, its case locked.

    Raises NotFound (also for what is not for me yet), NotAllowed (also a consultant).
    """
    case_id = _rows(actor).filter(pk=referral_id).values_list("case", flat=True).first()
    if case_id is None:
        raise NotFound
    seat = seats.side(seats.locked(actor, case_id))
    referral = _rows(actor).filter(pk=referral_id).first()
    if referral is None:
        raise NotFound
    return referral, seat


def _rows(actor: Actor) -> QuerySet[Referral]:
    rows = Referral.objects.select_related("author", "joint_text")
    return rows.exclude(state=State.DRAFT) if actor.kind == "seeker" else rows


def _to(partner: int | None, other: str) -> Content:
    if partner is None:
        return Content(referral_text.clean_name(other))
    row = Partner.objects.filter(pk=partner, active=True).first()
    if row is None:
        raise NotFound
    return Content(row.name, row.pk, _reach(partners.of_row(row)))


def _reach(fields: PartnerFields) -> str:
    ways = (fields.address.replace("\n", ", "), fields.telephone, fields.email, fields.website)
    return " · ".join(way for way in ways if way)


def _being_written(case_id: UUID) -> JointText | None:
    rows = JointText.objects.filter(case=case_id, purpose=JointText.Purpose.REFERRAL, done_at__isnull=True)
    return rows.select_related("referral").first()


def _the_same(joint: JointText, content: Content, key: bytes) -> UUID:
    """The referral of a form that came twice. Raises Conflict for any other."""
    referral = joint.referral
    if referral and referral.at > twice.since() and referral_text.opened(key, referral) == content:
        return referral.pk
    raise Conflict(_("In diesem Fall wird schon an einer Ankündigung geschrieben. Beende sie zuerst."))


def _joint(referral: Referral, states: tuple[State, ...] | list[State], version: int | None = None) -> JointText:
    """Its text while it is written. Raises Conflict in another state, or for another version."""
    joint = JointText.objects.filter(referral=referral, done_at__isnull=True).first()
    if referral.state not in states or joint is None:
        raise Conflict(_("Daran wird nicht mehr geschrieben."))
    if version is not None and joint.version != version:
        raise Conflict(_("Inzwischen hat die andere Seite den Text geändert. Lies ihn noch einmal."))
    return joint


def _ask(actor: Actor, case: Case, referral: Referral) -> None:
    referral.state = State.ASKED
    referral.save(update_fields=["state"])
    timeline.add_notice(case, "referral_asked", name=actor.alias)
    counting.count_case("referral", case, step="asked")
    newsworthy.happened(case)


def _settle(case: Case, key: bytes, referral: Referral, joint: JointText, text: str) -> None:
    """Both stand by the same version: from now on it is fixed."""
    content = referral_text.opened(key, referral) or Content("")
    now = timezone.now()
    joint.done_at = now
    joint.save(update_fields=["done_at"])
    referral.sealed = referral_text.seal(key, referral, Content(content.to, content.partner, content.reach, text))
    referral.state, referral.agreed_at = State.AGREED, now
    referral.save(update_fields=["sealed", "state", "agreed_at"])
    timeline.add_notice(case, "referral_agreed")
    counting.count_case("referral", case, step="agreed")


def _may_be_refused(referral: Referral) -> bool:
    is_out = referral.state == State.HANDED and referral.parcel is not None
    return is_out or referral.state in {State.ASKED, State.AGREED}


def _view(row: Referral, key: bytes) -> ReferralView:
    content, joint = referral_text.opened(key, row), getattr(row, "joint_text", None)
    written = joint is not None and joint.done_at is None
    text = referral_text.text_of(key, joint) if joint and written else content.text if content else None
    version = joint.version if joint and written else 0
    return ReferralView(
        id=row.pk,
        case=row.case_id,
        state=row.state,
        author=row.author.alias,
        at=row.at,
        to=content.to if content else None,
        reach=content.reach if content else "",
        text=text,
        version=version,
        seeker_agrees=bool(joint and joint.seeker_approved == joint.version),
        counsellor_agrees=bool(joint and joint.counsellor_approved == joint.version),
        agreed_at=row.agreed_at,
        handed_at=row.handed_at,
        expires_at=row.expires_at,
        waits=row.parcel is not None and row.expires_at is not None and row.expires_at > timezone.now(),
        opened_at=row.opened_at,
        outcome=row.outcome,
    )
