"""A text that both sides write at the same time, and approve at the end: an agreement, or a referral's summary.

It lies sealed under the case's key and is asked for by both pages about once a second; no line carries it. Whoever
writes says which version they had before them: a stale one is refused with what stands there now, so that nobody loses
words. An approval holds for one version. Both for the same one, and an agreement is kept in that moment, under the
counsellor's name; what a summary needs besides is the business of `referrals.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import referral_text
from blended.models import JointText, Referral
from counselling.cases import bell
from counselling.cases.domain import agreements, keys, newsworthy, seats, timeline, trail
from counselling.cases.models import Case, Role, Seat
from counselling.errors import Conflict, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.vault import sealing

Purpose = JointText.Purpose
LIMITS: Final[Mapping[str, int]] = MappingProxyType(
    {Purpose.AGREEMENT: agreements.MAX_TEXT, Purpose.REFERRAL: referral_text.MAX_TEXT}
)
WRITING: Final = timedelta(seconds=4)  # so long after a change somebody counts as writing
_OTHER: Final = {Role.SEEKER: Role.COUNSELLOR, Role.COUNSELLOR: Role.SEEKER}


class Stale(Conflict):
    """The other side has changed the text since; `now` is how it stands. Nothing was written or approved."""

    code = "stale"
    sentence = _("Inzwischen hat die andere Seite den Text geändert. Deine Worte sind noch da.")

    def __init__(self, now: "TextView") -> None:
        super().__init__()
        self.now = now


@dataclass(frozen=True, slots=True)
class TextView:
    """How it stands for one side; `text` is None when it does not open."""

    id: UUID
    case: UUID
    purpose: str
    side: str  # seeker | counsellor: the reader
    text: str | None = field(repr=False)
    version: int
    limit: int  # characters
    writing: bool  # the other side, within the last seconds
    mine: bool  # I approved this version
    theirs: bool  # the other side did
    asked: bool  # the young person has been asked to approve


def begin(actor: Actor, case_id: UUID, text: str = "") -> TextView:
    """Open an agreement for both sides, with this text; one that is open stays as it is. The young person is told.

    Raises TooLong, Invalid, NotFound, NotAllowed, Closed (the case is over), Locked.
    """
    actor.require_counsellor()
    text = _whole(text, Purpose.AGREEMENT)
    with transaction.atomic():
        mine = _part(actor, case_id, lock=True)
        agreements.require_running(mine.case)
        key = keys.case_key(actor, case_id)
        joint = _open(case_id, Purpose.AGREEMENT).first()
        if joint is None:
            joint = JointText(case=mine.case, purpose=Purpose.AGREEMENT, author_id=actor.id, at=timezone.now())
            joint.sealed = sealing.seal(key, text, referral_text.joint_binding(joint))
            joint.save(force_insert=True)
            timeline.add_notice(mine.case, "together_began", name=actor.alias)
        return _view(joint, mine, key)


def read(actor: Actor, case_id: UUID, purpose: str = Purpose.AGREEMENT) -> TextView | None:
    """What is being written now; None when nothing is. Raises NotFound, NotAllowed, Locked."""
    mine = _part(actor, case_id)
    joint = _open(case_id, purpose, for_seeker=mine.role == Role.SEEKER).first()
    if joint is None:
        return None
    trail.opened(actor, mine.case)
    return _view(joint, mine, keys.case_key(actor, case_id))


def write(actor: Actor, case_id: UUID, text: str, version: int, purpose: str = Purpose.AGREEMENT) -> TextView:
    """Put this text in place of the one that was seen as `version`. The same text again changes nothing.

    Raises Stale, TooLong, Invalid, NotFound, NotAllowed, Closed, Locked, Conflict (nothing is written any more).
    """
    text = _whole(text, purpose)
    with transaction.atomic():
        mine, joint, key = _mine(actor, case_id, purpose)
        now = _view(joint, mine, key)
        if now.text == text:
            return now
        if joint.version != version:
            raise Stale(now)
        joint.sealed = sealing.seal(key, text, referral_text.joint_binding(joint))
        joint.version, joint.written_by, joint.written_at = version + 1, mine.role, timezone.now()
        joint.save(update_fields=["sealed", "version", "written_by", "written_at"])
        return _view(joint, mine, key)


def approve(actor: Actor, case_id: UUID, version: int) -> bool:
    """Stand by this version of the agreement; True when both do: then it is kept, and stands above the timeline.

    Where the counsellor is first, the young person is asked, once, and may answer whenever they like. Twice is once.
    Raises Stale, Empty, TooLong, NotFound, NotAllowed, Closed, Locked, Conflict (nothing is written any more).
    """
    with transaction.atomic():
        if _kept(actor, case_id, version):
            return True
        mine, joint, key = _mine(actor, case_id, Purpose.AGREEMENT)
        if joint.version != version:
            raise Stale(_view(joint, mine, key))
        text = agreements.clean(referral_text.text_of(key, joint) or "")
        if mine.role == Role.SEEKER:
            joint.seeker_approved = version
        else:
            joint.counsellor_approved, joint.author_id = version, actor.id
        both = joint.seeker_approved == joint.counsellor_approved == version
        if both:
            _keep(actor, mine.case, key, joint, text)
        elif mine.role == Role.COUNSELLOR and joint.asked_at is None:
            _ask(actor, mine.case, joint)
        joint.save()
        bell.ring(cases=[case_id])
    return both


def object_to(actor: Actor, case_id: UUID) -> None:
    """The young person would rather not agree to it like this; nobody asks why, and nothing waits for them any more.

    The text stays, to be talked about and changed. Raises NotFound, NotAllowed, Closed, Conflict.
    """
    actor.require_seeker()
    with transaction.atomic():
        _seat, joint, _key = _mine(actor, case_id, Purpose.AGREEMENT)
        joint.seeker_approved = joint.counsellor_approved = joint.asked_at = None
        joint.save(update_fields=["seeker_approved", "counsellor_approved", "asked_at"])
        bell.ring(cases=[case_id])


def discard(actor: Actor, case_id: UUID) -> None:
    """The counsellor lets the agreement be; its text is gone. Twice is once. Raises NotFound, NotAllowed."""
    actor.require_counsellor()
    with transaction.atomic():
        _part(actor, case_id, lock=True)
        _open(case_id, Purpose.AGREEMENT).delete()
        bell.ring(cases=[case_id])


def asks(actor: Actor, case_id: UUID) -> str:
    """Whether something waits in this case for its young person: "" | open (being written) | asked. Opens nothing."""
    actor.require_seeker()
    joint = _open(case_id, Purpose.AGREEMENT).filter(case__seeker=actor.id).first()
    if joint is None:
        return ""
    asked = joint.counsellor_approved == joint.version and joint.seeker_approved != joint.version
    return "asked" if asked else "open"


def kept_last(actor: Actor, case_id: UUID) -> UUID | None:
    """The last agreement that both approved: which of them ended well. Raises NotFound, NotAllowed."""
    _part(actor, case_id)
    done = JointText.objects.filter(case=case_id, purpose=Purpose.AGREEMENT, done_at__isnull=False)
    return done.order_by("done_at").values_list("pk", flat=True).last()


# --- inside ----------------------------------------------------------------------------------------------------------


def _whole(text: str, purpose: str) -> str:
    text = timeline.whole_characters(text).replace("\r\n", "\n")
    if len(text) > LIMITS[purpose]:
        raise TooLong(_("Das ist zu lang. Kürze es bitte, dein Text bleibt stehen."))
    return text


def _part(actor: Actor, case_id: UUID, *, lock: bool = False) -> Seat:
    seat = seats.locked(actor, case_id) if lock else seats.seated(actor, case_id)
    if seat.role not in _OTHER:
        raise NotFound
    return seat


def _open(case_id: UUID, purpose: str, *, for_seeker: bool = False) -> QuerySet[JointText]:
    """The text that is being written; a summary only in its states, and by the young person once they were asked."""
    rows = JointText.objects.filter(case=case_id, purpose=purpose, done_at=None)
    if purpose == Purpose.REFERRAL:
        states = [Referral.State.ASKED] if for_seeker else [Referral.State.DRAFT, Referral.State.ASKED]
        rows = rows.filter(referral__state__in=states)
    return rows


def _mine(actor: Actor, case_id: UUID, purpose: str) -> tuple[Seat, JointText, bytes]:
    """My seat, the open text, the case's key; the case is locked."""
    mine = _part(actor, case_id, lock=True)
    agreements.require_running(mine.case)
    joint = _open(case_id, purpose, for_seeker=mine.role == Role.SEEKER).first()
    if joint is None:
        raise Conflict(_("Daran wird nicht mehr geschrieben."))
    return mine, joint, keys.case_key(actor, case_id)


def _kept(actor: Actor, case_id: UUID, version: int) -> bool:
    """Whether both have approved this version already and nothing new was begun: the second tap of one button."""
    _part(actor, case_id, lock=True)
    last = JointText.objects.filter(case=case_id, purpose=Purpose.AGREEMENT).order_by("at").last()
    return bool(last and last.done_at and last.version == version)


def _keep(actor: Actor, case: Case, key: bytes, joint: JointText, text: str) -> None:
    """It stands above the timeline from now on, and nowhere twice."""
    if joint.author_id is None:  # whoever stood by it is no member of staff any more
        raise Conflict
    agreements.put(actor, case, key, text, author=joint.author_id)
    joint.done_at = timezone.now()
    joint.sealed = sealing.seal(key, "", referral_text.joint_binding(joint))


def _ask(actor: Actor, case: Case, joint: JointText) -> None:
    joint.asked_at = timezone.now()
    timeline.add_notice(case, "together_asked", name=actor.alias)
    newsworthy.happened(case)


def _view(joint: JointText, mine: Seat, key: bytes) -> TextView:
    approved = {Role.SEEKER: joint.seeker_approved, Role.COUNSELLOR: joint.counsellor_approved}
    other, role = _OTHER[Role(mine.role)], Role(mine.role)
    return TextView(
        id=joint.pk,
        case=joint.case_id,
        purpose=joint.purpose,
        side="seeker" if role == Role.SEEKER else "counsellor",
        text=referral_text.text_of(key, joint),
        version=joint.version,
        limit=LIMITS[joint.purpose],
        writing=joint.written_by == other and _lately(joint.written_at),
        mine=approved[role] == joint.version,
        theirs=approved[other] == joint.version,
        asked=joint.asked_at is not None,
    )


def _lately(at: datetime | None) -> bool:
    return at is not None and timezone.now() - at < WRITING
