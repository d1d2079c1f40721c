"""Endings: by the young person, by the counsellor with a coded form, by silence, by blocking; and taking up again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases import bell
from counselling.cases.domain import answering, by_letter, counting, door, facts, measuring, queue, seats, timeline
from counselling.cases.models import Case, Entry, FactTopic, Role, Seat, Waiting
from counselling.errors import Closed, Conflict, Invalid, NotAllowed
from counselling.people.domain import audit, passphrases
from counselling.people.domain.actors import Actor

ENDINGS: facts.Choices = [
    ("helped", _("Anliegen besprochen")),
    ("continues", _("geht weiter")),
    ("referred", _("weiterverwiesen")),
    ("broke_off", _("Kontakt abgebrochen")),
    ("no_concern", _("kein Beratungsanliegen")),
    ("other", _("sonstiges")),
]
# Where somebody was led on to; voluntary, and counted with the ending.
REFERRALS: facts.Choices = [
    ("advice", _("andere Beratungsstelle")),
    ("youth_office", _("Jugendamt")),
    ("therapy", _("Therapie")),
    ("doctor", _("Arztpraxis oder Klinik")),
    ("school", _("Schule")),
    ("crisis", _("Krisendienst")),
    ("other", _("woanders hin")),
]
HELPED = range(1, 6)
_BANDS = ((1, "1"), (3, "2_3"), (10, "4_10"))
# What stands in a timeline of a talk or a visit; which way it was is told with it.
_TALKS = ("call_began", "call_elsewhere", "change_met")
# The counsellor's own step from chat to letters, as changes that both agreed on are counted.
_INTO_LETTERS = {"from": "chat", "to": "mail", "proposed_by": "counsellor", "reason": "", "phase": ""}


def end(actor: Actor, case_id: UUID) -> None:
    """The seeker ends the chat, or leaves the queue. Ending twice is fine; letters go on."""
    actor.require_seeker()
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        if case.state == Case.State.WAITING:
            queue.end_place(case, Waiting.How.LEFT)
        elif case.state == Case.State.ACTIVE:
            finish(case, by="seeker")


def finish(case: Case, *, by: str, actor: Actor | None = None) -> None:
    """End the chat of a locked, active case: notice, count row. Seats stay until the counsellor has filed the form.

    A case that is counselled by letters as well goes on in letters, except after a block.
    `actor`: the counsellor who did it; None for the young person and for timers.
    """
    measured = measuring.of_chat(case, timezone.now(), silent=by == "silence")
    timeline.add_notice(case, "closed", by=by)
    counting.count_case("ended", case, by=by, **measured)
    if case.by_letter and by != "blocked":
        if by in {"seeker", "counsellor"}:
            case.unanswered_since = None  # after a goodbye nothing waits; after silence it does
            case.save(update_fields=["unanswered_since"])
        by_letter.rest(case)
    else:
        _shut(case, by)
    audit.note("closed", by=actor, case_ref=case.audit_ref, code=by)
    bell.ring(cases=[case.pk], teams=[case.team_id])


def _shut(case: Case, by: str) -> None:
    case.state, case.closed_at, case.ending, case.unanswered_since = Case.State.CLOSED, timezone.now(), by, None
    case.by_letter, case.keeper = False, None
    case.save(update_fields=["state", "closed_at", "ending", "unanswered_since", "by_letter", "keeper"])
    answering.ended(case)


def close(
    actor: Actor, case_id: UUID, *, topics: list[str], ending: str, referral: str = "", letters: bool = False
) -> None:
    """The counsellor's closing form: end the chat if it still runs, or the letters; file the codes, leave the seat.

    Where a chat ran within letters, only the chat ends and the seat stays for them: `letters` says that this form is
    about the letters. Raises Invalid for codes that were never offered, NotFound, NotAllowed.
    """
    actor.require_counsellor()
    if ending not in dict(ENDINGS) or referral not in {"", *dict(REFERRALS)}:
        raise Invalid
    facts.check_topics(topics)
    with transaction.atomic():
        case = _my_case(actor, case_id)
        if case.state == Case.State.ACTIVE:
            finish(case, by="counsellor", actor=actor)
        elif case.state == Case.State.LETTERS and letters:
            timeline.add_notice(case, "letters_closed")
            _shut(case, "letters")
            audit.note("closed", by=actor, case_ref=case.audit_ref, code="letters")
        elif case.state == Case.State.LETTERS:
            return  # the chat ended and was filed, or the young person ended it: a second tap closes no letters
        else:
            audit.note("closed", by=actor, case_ref=case.audit_ref, code="filed")
        FactTopic.objects.filter(case=case).delete()
        FactTopic.objects.bulk_create(FactTopic(case=case, code=code) for code in sorted(set(topics)))
        counting.count_case("filed", case, ending=ending, referral=referral, **_contacts(case))
        if case.state == Case.State.CLOSED:
            _leave_seats(case)


def _contacts(case: Case) -> dict[str, object]:
    """Over which channels, and how many contacts in bands: what nobody may count later.

    A contact is a chat, a letter of the team, a call, a kept appointment elsewhere than in writing.
    """
    entries = Entry.objects.filter(case=case)
    chats = entries.filter(code="chat_began").count()
    letters = entries.filter(kind=Entry.Kind.LETTER, role=Role.COUNSELLOR).count()
    talks = [about["channel"] for about in entries.filter(code__in=_TALKS).values_list("about", flat=True) if about]
    channels = [name for name, number in (("chat", chats), ("mail", letters)) if number] + sorted(set(talks))
    number = chats + letters + len(talks)
    band = next((code for most, code in _BANDS if number <= most), "11plus")
    return {"contacts": band if number else "0", "channels": channels}


def block(actor: Actor, case_id: UUID) -> None:
    """End an abusive chat with a plain notice. Nothing is stored about the visitor.

    Their pages and connections that are here or come back until midnight (`blocked_today`) leave a tag of their
    address in the cache, which makes the next proof of work harder (`counselling.web.limits`).
    """
    actor.require_counsellor()
    with transaction.atomic():
        case = _my_case(actor, case_id)
        if case.state == Case.State.LETTERS:
            raise Closed(_("Der Chat ist schon beendet."))
        if case.state == Case.State.ACTIVE:
            finish(case, by="blocked", actor=actor)
        _leave_seats(case)


def blocked_today(ending: str, closed_at: datetime | None) -> bool:
    """Whether a case was ended by a block since midnight."""
    return ending == "blocked" and closed_at is not None and timezone.localdate(closed_at) == timezone.localdate()


def still_here(actor: Actor, case_id: UUID) -> None:
    """One tap after the warning counts like a word: the silence begins anew. Without a warning nothing changes.

    For whoever is seated, on either side; raises NotFound, NotAllowed.
    """
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        if case.state != Case.State.ACTIVE or not Case.objects.filter(is_warned(), pk=case.pk).exists():
            return
        case.last_at = timezone.now()
        case.save(update_fields=["last_at"])
        timeline.add_notice(case, "still_here")


def is_warned() -> Exists:
    """For a query of cases: whether both sides were told, since the last word, that silence will end the chat."""
    return Exists(Entry.objects.filter(case=OuterRef("pk"), code="silence_soon", at__gte=OuterRef("last_at")))


def to_letter(actor: Actor, case_id: UUID) -> None:
    """End the live chat; it goes on in writing. Whoever has no way back yet is told to keep the case first.

    With a way back I keep the case and answer its letters.
    """
    actor.require_counsellor()
    with transaction.atomic():
        case = _my_case(actor, case_id)
        if case.state == Case.State.ACTIVE:
            if not case.by_letter and passphrases.of(case.seeker_id).exists():
                case.by_letter, case.keeper_id = True, actor.id
                case.save(update_fields=["by_letter", "keeper"])
            if case.by_letter:
                counting.count_case("media_change", case, **_INTO_LETTERS)
            finish(case, by="letter", actor=actor)
        if case.state == Case.State.CLOSED:
            _leave_seats(case)


def take_up_again(actor: Actor, case_id: UUID) -> None:
    """Queue a closed chat again, or for a chat within letters.

    Raises Closed at a closed door, Conflict when it runs still, NotAllowed if blocked.
    """
    actor.require_seeker()
    seat = seats.seated(actor, case_id)
    if seat.case.state in {Case.State.WAITING, Case.State.ACTIVE}:
        raise Conflict(_("Das Gespräch läuft noch."))
    door.require_open(seat.case.team_id)
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        if queue.rejoin_locked(case):
            timeline.add_notice(case, "taken_up")


def feedback(actor: Actor, case_id: UUID, *, helped: int | None, again: bool | None) -> None:
    """Two voluntary answers, counted without the case; once per case. Raises Invalid, Closed (already given)."""
    actor.require_seeker()
    if helped is not None and helped not in HELPED:
        raise Invalid
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        if case.feedback_given:
            raise Closed(_("Danke, das haben wir schon."))
        case.feedback_given = True
        case.save(update_fields=["feedback_given"])
        counting.count("feedback", team_id=case.team_id, codes={"helped": helped, "again": again})


def _my_case(actor: Actor, case_id: UUID) -> Case:
    mine = seats.locked(actor, case_id)
    if mine.role != Role.COUNSELLOR:
        raise NotAllowed
    return mine.case


def _leave_seats(case: Case) -> None:
    now = timezone.now()
    Seat.objects.filter(case=case, staff__isnull=False, ended_at__isnull=True).update(ended_at=now)
    bell.ring(cases=[case.pk], teams=[case.team_id])
