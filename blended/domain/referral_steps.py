"""Handing a referral over: on paper, or by a code that opens it once; and what came of it.

The code is 80 random bits (codes.py), shown to the counsellor once. The database keeps an HMAC of it and the summary
under a key that only the code gives; opening destroys both the parcel and what the code was good for.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain import referral_text, referrals
from blended.domain.referral_text import Content
from blended.models import Referral
from counselling.cases.domain import counting, keys, newsworthy, seats, timeline
from counselling.cases.models import Case
from counselling.errors import Conflict, Gone, Invalid, NotFound
from counselling.people.domain import audit, codes
from counselling.people.domain.actors import Actor
from counselling.vault import digests, sealing
from counselling.vault.sealing import Binding, Kind, Unreadable

State = Referral.State
CODE_DAYS: Final = 14
OUTCOMES: Final[list[tuple[str, Promise]]] = [
    ("arrived", _("Dort angekommen")),
    ("not_arrived", _("Nicht hingegangen")),
    ("helped_elsewhere", _("Hilfe anderswo gefunden")),
    ("no_place", _("Dort war kein Platz")),
    ("unknown", _("Wir wissen es nicht")),
]
_PURPOSE: Final = "referral-code"
_READY: Final = (State.AGREED, State.HANDED)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the other place reads, and nothing beside it."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    day: date


def hand_on_paper(actor: Actor, referral_id: UUID) -> None:
    """It is printed, or read out: handed over. Raises NotFound, NotAllowed, Conflict (no consent, or over)."""
    actor.require_counsellor()
    with transaction.atomic():
        referral, seat = referrals.locked(actor, referral_id)
        _require(referral, (*_READY, State.OPENED))
        _handed(seat.case, referral, "print")


def on_paper(actor: Actor, referral_id: UUID) -> Summary:
    """The sheet; that it was looked at is written down. Raises NotFound, NotAllowed, Locked, Conflict (not handed)."""
    actor.require_counsellor()
    with transaction.atomic():
        referral, seat = referrals.locked(actor, referral_id)
        _require(referral, (State.HANDED, State.OPENED))
        content = _content(actor, referral)
        audit.note("referral_handed", by=actor, case_ref=seat.case.audit_ref, code="print")
    return Summary(content.to, content.text, _agreed_on(referral))


def hand_by_code(actor: Actor, referral_id: UUID) -> str:
    """A code for the other place, good once and for CODE_DAYS; an earlier one ends. Shown now and never again.

    Raises NotFound, NotAllowed, Locked, Conflict (no consent, already opened, or over).
    """
    actor.require_counsellor()
    code = codes.new_code()
    with transaction.atomic():
        referral, seat = referrals.locked(actor, referral_id)
        _require(referral, _READY)
        content = _content(actor, referral)
        _handed(seat.case, referral, "code")
        data = {"to": content.to, "text": content.text, "day": _agreed_on(referral).isoformat()}
        text = json.dumps(data, ensure_ascii=False)
        referral.lookup = digests.keyed(_PURPOSE, code)
        referral.parcel = sealing.seal(digests.token_kek(code), text, _binding(referral))
        referral.expires_at = timezone.now() + timedelta(days=CODE_DAYS)
        referral.save(update_fields=["lookup", "parcel", "expires_at"])
        audit.note("referral_handed", by=actor, case_ref=seat.case.audit_ref, code="code")
    return code


def open_by_code(typed: str) -> Summary:
    """The other place opens it: once. No account, no name; the young person and the counsellor learn that it was read.

    Raises NotFound for what was never a code of ours, Gone for one that is used, over or taken back.
    """
    code = codes.normalise(typed)
    found = Referral.objects.filter(lookup__in=digests.every_keyed(_PURPOSE, code)).first() if code else None
    if code is None or found is None:
        raise NotFound
    with transaction.atomic():
        case = seats.lock(found.case_id)
        now = timezone.now()
        waiting = Referral.objects.filter(pk=found.pk, lookup=found.lookup, parcel__isnull=False, expires_at__gt=now)
        referral = waiting.first()
        if referral is None or referral.parcel is None:
            raise Gone
        summary = _summary(referral, code)
        waiting.update(state=State.OPENED, parcel=None, opened_at=now)
        timeline.add_notice(case, "referral_opened")
        counting.count_case("referral", case, step="opened")
        audit.note("referral_opened", case_ref=case.audit_ref)
        newsworthy.happened(case)
    return summary


def close(actor: Actor, referral_id: UUID, outcome: str) -> None:
    """What came of it, as a code, once and for all; a code that is still out ends. The same again changes nothing.

    Raises Invalid, NotFound, NotAllowed, Conflict (not handed over, or closed otherwise).
    """
    actor.require_counsellor()
    if outcome not in dict(OUTCOMES):
        raise Invalid(_("Wähle aus, was daraus wurde."))
    with transaction.atomic():
        referral, seat = referrals.locked(actor, referral_id)
        if referral.state == State.CLOSED and referral.outcome == outcome:
            return
        _require(referral, (State.HANDED, State.OPENED))
        referral.state, referral.outcome, referral.parcel = State.CLOSED, outcome, None
        referral.save(update_fields=["state", "outcome", "parcel"])
        counting.count_case("referral", seat.case, step="closed", outcome=outcome)


def expire(now: datetime) -> int:
    """Parcels nobody opened in time are destroyed; how many. Their codes are "gone" as long as the case is there."""
    with transaction.atomic():
        return Referral.objects.filter(parcel__isnull=False, expires_at__lte=now).update(parcel=None)


def _require(referral: Referral, states: tuple[State, ...]) -> None:
    if referral.state not in states:
        raise Conflict(_("Das geht bei dieser Ankündigung gerade nicht. Lade die Seite neu."))


def _handed(case: Case, referral: Referral, way: str) -> None:
    """The first time it goes out, both sides are told."""
    if referral.state != State.AGREED:
        return
    referral.state, referral.handed_at = State.HANDED, timezone.now()
    referral.save(update_fields=["state", "handed_at"])
    timeline.add_notice(case, "referral_handed")
    counting.count_case("referral", case, step="handed", way=way)
    newsworthy.happened(case)


def _content(actor: Actor, referral: Referral) -> Content:
    content = referral_text.opened(keys.case_key(actor, referral.case_id), referral)
    if content is None:
        raise Conflict(_("Diese Ankündigung lässt sich nicht öffnen."))
    return content


def _agreed_on(referral: Referral) -> date:
    return timezone.localdate(referral.agreed_at or referral.at)


def _summary(referral: Referral, code: str) -> Summary:
    try:
        data = json.loads(sealing.open_sealed(digests.token_kek(code), referral.parcel or b"", _binding(referral)))
    except Unreadable:
        raise NotFound from None
    return Summary(data["to"], data["text"], date.fromisoformat(data["day"]))


def _binding(referral: Referral) -> Binding:
    """As the sealed column, but for another role: one can never stand in the place of the other."""
    return Binding(Kind.REFERRAL, referral.case_id, role=9, ref=referral.pk)
