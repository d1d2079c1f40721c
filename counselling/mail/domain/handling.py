"""What a counsellor does with a whole case of letters: take it, pass it on, remember it, close it with a farewell."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import by_letter, closing, counting, facts, seats, twice
from counselling.cases.models import Case, FactTopic, Role, Seat
from counselling.centre.domain import topics as centre_topics
from counselling.errors import Conflict, Empty, Invalid, NotFound
from counselling.mail.domain import letters, lights, oncall
from counselling.mail.models import Correspondence
from counselling.people.domain import teamkeys
from counselling.people.domain.actors import Actor

FARTHEST: Final = dt.timedelta(days=366)


@dataclass(frozen=True)
class Choices:
    """What the forms of a case offer: (value, label) pairs, the topics it has, and its reminder."""

    case_id: UUID
    state: str
    colleagues: list[tuple[str, str]]
    endings: facts.Choices
    referrals: facts.Choices
    topics: list[tuple[str, str]]
    chosen: list[str]
    remind_on: dt.date | None
    today: dt.date


def claim(actor: Actor, case_id: UUID) -> None:
    """Answer this case from now on, as `by_letter.claim`, counted with how long it waited. Raises what that raises."""
    actor.require_counsellor()
    with transaction.atomic():
        by_letter.claim(actor, case_id)
        oncall.somebody_came(case_id)
        case = Case.objects.get(pk=case_id)
        wait = {"wait": lights.band(case.unanswered_since, timezone.now())} if case.unanswered_since else {}
        counting.count_case("letters_claimed", case, **wait)


def hand_over(actor: Actor, case_id: UUID, *, to: UUID, note: str) -> None:
    """As `by_letter.hand_over`; raises Conflict as well while I have begun a letter, which would be lost.

    Sending the form twice hands over once.
    """
    actor.require_counsellor()
    with _once(actor, case_id, keeper=to), transaction.atomic():
        _require_nothing_begun(actor, seats.locked(actor, case_id))
        by_letter.hand_over(actor, case_id, to=to, note=note)


def give_back(actor: Actor, case_id: UUID, *, note: str) -> None:
    """As `by_letter.give_back`; raises Conflict as well while I have begun a letter, which would be lost.

    Sending the form twice gives back once.
    """
    actor.require_counsellor()
    with _once(actor, case_id, keeper=None), transaction.atomic():
        _require_nothing_begun(actor, seats.locked(actor, case_id))
        by_letter.give_back(actor, case_id, note=note)


def choices(actor: Actor, case_id: UUID) -> Choices:
    """What the forms of a case in which I counsel need. Four queries. Raises NotFound, NotAllowed."""
    actor.require_counsellor()
    case = seats.seated(actor, case_id).case
    people = teamkeys.openers(case.team_id).exclude(pk=actor.id).order_by("alias")
    reminder = Correspondence.objects.filter(case=case).values_list("remind_on", flat=True).first()
    return Choices(
        case_id=case_id,
        state=case.state,
        colleagues=[(str(pk), alias) for pk, alias in people.values_list("pk", "alias")],
        endings=closing.ENDINGS,
        referrals=closing.REFERRALS,
        topics=centre_topics.active(),
        chosen=list(FactTopic.objects.filter(case=case).values_list("code", flat=True)),
        remind_on=reminder,
        today=timezone.localdate(),
    )


def remind(actor: Actor, case_id: UUID, on: dt.date | None) -> None:
    """Bring a case of mine back into view on a day (local; None: not any more).

    Raises Invalid for days that are over or more than FARTHEST away, NotFound, NotAllowed.
    """
    actor.require_counsellor()
    today = timezone.localdate()
    if on and on < today:
        raise Invalid(_("Dieser Tag ist schon vorbei. Wähle heute oder einen späteren."))
    if on and on > today + FARTHEST:
        raise Invalid(_("Das ist zu weit weg. Wähle einen Tag im nächsten Jahr."))
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        Correspondence.objects.update_or_create(
            case=case, defaults={"remind_on": on}, create_defaults={"team_id": case.team_id, "remind_on": on}
        )


def close(
    actor: Actor, case_id: UUID, *, topics: list[str], ending: str, referral: str = "", farewell: str, letter: UUID
) -> None:
    """Close a case of letters with the coded form; a farewell goes out before, under the id `letter`.

    Sending the form twice closes once. Raises Invalid (codes, no ending), TooLong, Conflict (a letter is begun, or
    a chat runs), NotFound, NotAllowed; then nothing has happened.
    """
    actor.require_counsellor()
    if not ending:
        raise Invalid(_("Wähle aus, wie es ausgegangen ist."))
    try:
        with transaction.atomic():
            seat = seats.locked(actor, case_id)
            _require_resting(seat)
            _require_nothing_begun(actor, seat, but=letter)
            _say_farewell(actor, case_id, letter, farewell)
            closing.close(actor, case_id, topics=topics, ending=ending, referral=referral, letters=True)
            Correspondence.objects.filter(case=case_id).update(remind_on=None)
    except NotFound:
        if not _closed_by(actor, case_id):
            raise


@contextmanager
def _once(actor: Actor, case_id: UUID, *, keeper: UUID | None) -> Iterator[None]:
    """Whoever has just let go of the case sent the form twice: the case is where they wanted it, nothing is refused."""
    try:
        yield
    except NotFound:
        mine = Seat.objects.filter(case=case_id, staff=actor.id, ended_at__gt=twice.since())
        if not mine.filter(case__state=Case.State.LETTERS, case__keeper=keeper).exists():
            raise


def _require_resting(seat: Seat) -> None:
    if seat.case.state != Case.State.LETTERS:
        raise Conflict(_("Ihr seid gerade im Chat. Beende erst den Chat, dann kannst du den Fall abschließen."))


def _require_nothing_begun(actor: Actor, seat: Seat, *, but: UUID | None = None) -> None:
    """What I have begun to write must not be lost with my seat; an empty draft is swept away. The case is locked."""
    begun = letters.unsent(actor, seat.case_id)
    if begun is None or begun.id == but:
        return
    if begun.text is None or begun.text.strip() or begun.send_at or seat.case.files.filter(letter=begun.id).exists():
        raise Conflict(
            _("Hier liegt noch ein angefangener Brief von dir. Schick ihn ab oder verwirf ihn, dann geht es.")
        )
    letters.discard(actor, seat.case_id)


def _say_farewell(actor: Actor, case_id: UUID, letter: UUID, farewell: str) -> None:
    try:
        text = letters.clean(farewell)
    except Empty:
        return
    letters.send(actor, case_id, letter, text, version=0)


def _closed_by(actor: Actor, case_id: UUID) -> bool:
    """Whether I was the last who counselled in a case that is closed now: the form came twice."""
    last = Seat.objects.filter(case=case_id, role=Role.COUNSELLOR, case__state=Case.State.CLOSED).order_by("-ended_at")
    return last.values_list("staff", flat=True).first() == actor.id
