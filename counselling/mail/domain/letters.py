"""Letters: an unsent one per seat, kept sealed while it is written; sent, it is an entry of the case's timeline."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import alarm, by_letter, counting, danger_words, erased, keys, queue, seats, timeline
from counselling.cases.domain.facts import URGENT_STRAIN
from counselling.cases.models import Case, Entry, Role, Seat, Waiting
from counselling.errors import Closed, Conflict, Empty, NotAllowed, NotFound, TooLong
from counselling.mail.domain import begun, deadlines, measuring, news, oncall, rules
from counselling.mail.models import Letter
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker
from counselling.vault import digests, sealing

MAX_TEXT = 20_000


class NoWayBack(Conflict):
    """A young person without words to come back with would never read the answer; the letter is kept meanwhile."""

    code = "no_way_back"
    sentence = _("Damit du die Antwort lesen kannst, brauchst du erst einen Weg zurück. Dein Brief bleibt so lange da.")


class AlreadySent(Conflict):
    """The letter arrived before with another text; what the page holds now can go out as a new one."""

    code = "already_sent"
    sentence = _("Dieser Brief ist schon angekommen. Was jetzt hier steht, kannst du als neuen Brief abschicken.")


class Diverged(Conflict):
    """Another open page has kept a newer text of this letter; nothing was overwritten."""

    code = "diverged"
    sentence = _("Dieser Brief wurde inzwischen woanders geändert. Schau dir beide an und nimm einen.")


@dataclass(frozen=True)
class Unsent:
    """A letter that is being written; `text` is None where it does not open (any more): another begins in its place."""

    id: UUID
    text: str | None = field(repr=False)
    version: int
    saved_at: datetime
    send_at: datetime | None = None


def unsent(actor: Actor, case_id: UUID) -> Unsent | None:
    """The letter that the actor is writing in this case. Raises NotFound, NotAllowed."""
    seat = seats.seated(actor, case_id)
    letter = begun.of_seat(seat)
    return _opened(letter, seat, keys.case_key(actor, case_id)) if letter else None


def keep(actor: Actor, case_id: UUID, text: str, *, version: int, letter: UUID | None = None) -> Unsent:
    """Keep what is written so far. `version`: of the text that the page began with, 0 where there was none.

    `letter`: the id under which a new one is kept, so that the page can send it under the same. Raises Diverged when
    another page kept something else meanwhile, AlreadySent, TooLong, Invalid, NotFound, NotAllowed.
    """
    text = _whole(text)
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        if letter and Entry.objects.filter(client_id=letter, seat=seat).exists():
            raise AlreadySent
        return _write(seat, keys.case_key(actor, case_id), text, version, letter)


def discard(actor: Actor, case_id: UUID) -> None:
    """Throw the unsent letter away, with what is attached to it."""
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        if letter := begun.of_seat(seat):
            seat.case.files.filter(letter=letter.pk).delete()
            erased.remember("mail_letter", letter.pk)
            letter.delete()


def send(actor: Actor, case_id: UUID, letter: UUID, text: str, *, version: int) -> int:
    """Send the letter as it stands on the page; its place in the timeline. Sending twice sends once.

    A closed case opens again within the team's window, a place in the queue ends. Raises Empty, TooLong, Invalid,
    Diverged (another page kept another text), AlreadySent (with another text), NoWayBack (kept until there is one),
    Closed, Conflict while a chat runs.
    """
    text = clean(text)
    with transaction.atomic():
        if actor.kind == "seeker":  # first, as everywhere: another page may be opening a new case in this moment
            list(Seeker.objects.select_for_update().filter(pk=actor.id))
        seat = seats.locked(actor, case_id)
        key = keys.case_key(actor, case_id)
        sent = Entry.objects.filter(client_id=letter, seat=seat).first()
        if sent:
            return _as_sent(sent, seat, key, text)
        known = _write(seat, key, text, version, letter)
        refused = _refusal(seat)
        if refused is None:
            hinted = danger_words.found_in(text, seat.case.team_id)
            return _send(seat, known.id, _placed(seat, key, known.id, text), hinted=hinted)
    raise refused  # after the commit: the text is kept


def send_later(actor: Actor, case_id: UUID, text: str, *, version: int, at: datetime) -> Unsent:
    """A counsellor's letter goes out at `at`, at most 60 days ahead; raises as `send`, Conflict for the past."""
    actor.require_counsellor()
    text = clean(text)
    if not timezone.now() < at < timezone.now() + timedelta(days=60):
        raise Conflict(_("Wähle einen Zeitpunkt in den nächsten 60 Tagen."))
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        known = _write(seat, keys.case_key(actor, case_id), text, version)
        # A new version, so that another open page with the same text notices before it writes into what is due.
        planned = digests.fingerprint(Letter.objects.get(pk=known.id).sealed)
        Letter.objects.filter(pk=known.id).update(send_at=at, version=known.version + 1, planned=planned)
    return replace(known, version=known.version + 1, send_at=at)


def take_back_later(actor: Actor, case_id: UUID) -> None:
    """What was to be sent later is an ordinary unsent letter again; nothing happens where nothing was."""
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        begun.of_seat(seat)
        begun.at_hand(seat).update(send_at=None)


def send_due(now: datetime) -> int:
    """Send what was written for later; how many. Needs no key: a letter is sealed under its own id.

    One whose bytes are not those that were planned stays unsent, and raises an alarm.
    """
    sent = 0
    for pk, case_id in list(Letter.objects.filter(send_at__lte=now).values_list("pk", "case_id")):
        with transaction.atomic(), suppress(NotFound):  # erased meanwhile
            sent += _send_planned(seats.lock(case_id), pk, now)
    return sent


def _send_planned(case: Case, pk: UUID, now: datetime) -> bool:
    """One planned letter of a locked case; while a chat runs or is waited for it stays planned."""
    letter = Letter.objects.select_related("seat").filter(pk=pk, send_at__lte=now).first()
    if letter is None or case.state in {Case.State.ACTIVE, Case.State.WAITING}:
        return False
    seat = begun.seat_of_writer(letter)
    if seat:
        seat.case = case
    if seat is None or _was_changed(letter) or _refusal(seat):
        Letter.objects.filter(pk=pk).update(send_at=None)  # it stays unsent
        return False
    sealed = bytes(letter.sealed)
    _send(seat, pk, lambda _seq: sealed, hinted=False)
    return True


def _was_changed(letter: Letter) -> bool:
    """Whether it is not the one that was planned, as far as anybody can tell without its key."""
    if letter.planned is None or bytes(letter.planned) == digests.fingerprint(letter.sealed):
        return False
    alarm.does_not_open("planned letter", letter.case_id)
    return True


def withdraw(actor: Actor, case_id: UUID, seq: int) -> None:
    """Take back an own letter that nobody has read; twice is fine. Raises NotFound, NotAllowed, TooLate."""
    with transaction.atomic():
        gone = Entry.objects.filter(case=case_id, seq=seq, kind=Entry.Kind.TAKEN_BACK)
        if gone.filter(seat=seats.locked(actor, case_id)).exists():
            return
        letter = Entry.objects.filter(case=case_id, seq=seq, kind=Entry.Kind.LETTER).values_list("client_id", flat=True)
        found = letter.first()
        timeline.take_back(actor, case_id, seq, Entry.Kind.LETTER)
        case = seats.lock(case_id)
        if found is not None:  # what was reported stays for the supervisor
            case.files.filter(letter=found, locked_at=None).delete()
        deadlines.withdrawn(case)


def clean(text: str) -> str:
    """Trimmed, 1-20,000 characters; raises Empty, TooLong, Invalid."""
    text = _whole(text).strip()
    if not text:
        raise Empty
    return text


def _whole(text: str) -> str:
    text = timeline.whole_characters(text)
    if len(text) > MAX_TEXT:
        raise TooLong(_("Das ist zu lang für einen Brief. Teile ihn auf, dein Text bleibt stehen."))
    return text


def _write(seat: Seat, key: bytes, text: str, version: int, letter: UUID | None = None) -> Unsent:
    """Keep a text in the seat's unsent letter; `seat.case` is locked. The same text again changes nothing."""
    known = begun.of_seat(seat)
    opened = _opened(known, seat, key) if known else None
    broken = known if opened and opened.text is None else None
    if broken:
        begun.set_aside(broken)
    elif known and opened:
        if opened.text == text:
            return opened
        if opened.text and known.version != version:  # an empty one (a file was attached first) has nothing to lose
            raise Diverged
    kept = _new(seat, letter) if known is None or broken else known
    kept.sealed = sealing.seal(key, text, timeline.letter_binding(seat.case_id, seat.role, kept.pk))
    kept.version, kept.saved_at, kept.send_at = kept.version + 1, timezone.now(), None  # no timer sends half a change
    kept.save()
    if broken:
        begun.follow(broken, kept)
    return Unsent(kept.pk, text, kept.version, kept.saved_at)


def _new(seat: Seat, letter: UUID | None) -> Letter:
    """An unsaved one, under the id that the page wants unless that is taken: ids come from pages."""
    taken = letter is None or Letter.objects.filter(pk=letter).exists()
    return Letter(id=uuid.uuid4() if taken else letter, case_id=seat.case_id, seat=seat, version=0)


def _as_sent(sent: Entry, seat: Seat, key: bytes, text: str) -> int:
    """The place of a letter that arrived before, if it is the same; raises AlreadySent for another text."""
    try:
        known = timeline.open_letter(key, sent.sealed or b"", seat.case_id, seat.role, sent.seq, sent.client_id).strip()
    except sealing.Unreadable:  # withdrawn meanwhile
        known = ""
    if known != text:
        raise AlreadySent
    return sent.seq


def _opened(letter: Letter, seat: Seat, key: bytes) -> Unsent:
    text = alarm.opened(key, letter.sealed, timeline.letter_binding(seat.case_id, seat.role, letter.pk))
    return Unsent(letter.pk, text, letter.version, letter.saved_at, letter.send_at)


def _refusal(seat: Seat) -> Conflict | Closed | NotAllowed | None:
    """Why the case does not take a letter from this seat now; it is made ready for one otherwise."""
    case = seat.case
    if case.state == Case.State.ACTIVE:
        return Conflict(_("Ihr seid gerade im Chat. Schreib dort, oder schick den Brief danach ab."))
    if seat.role != Role.SEEKER:
        return None if case.state == Case.State.LETTERS and seat.role == Role.COUNSELLOR else NotAllowed()
    if not passphrases.of(case.seeker_id).exists():
        return NoWayBack()
    if case.state == Case.State.WAITING:
        case.by_letter = True
        queue.end_place(case, Waiting.How.LETTER)
    if case.state == Case.State.CLOSED:
        return _reopen(case)
    return None


def _reopen(case: Case) -> Closed | None:
    until = (case.closed_at or timezone.now()) + timedelta(days=rules.of_team(case.team_id).reopen_days)
    if timezone.now() > until or Case.objects.filter(seeker=case.seeker_id).exclude(state=Case.State.CLOSED).exists():
        return Closed(_("Dieses Gespräch liegt zu lange zurück. Fang bitte ein neues an, dein Text bleibt stehen."))
    by_letter.go_on(case)
    timeline.add_notice(case, "reopened")
    counting.count_case("reopened", case)
    return None


def _placed(seat: Seat, key: bytes, letter: UUID, text: str) -> Callable[[int], bytes]:
    """Seals a text for whichever place it gets, so that no two letters can change places in the tables."""

    def sealed_at(seq: int) -> bytes:
        return sealing.seal(key, text, timeline.letter_binding(seat.case_id, seat.role, letter, seq=seq))

    return sealed_at


def _send(seat: Seat, letter: UUID, sealed_at: Callable[[int], bytes], *, hinted: bool) -> int:
    """Move the letter into the timeline of a locked case that takes one."""
    case = seat.case
    waited_since, is_first = case.unanswered_since, not deadlines.runs(case)
    entry = timeline.add_letter(case, seat, letter, sealed_at)
    Letter.objects.filter(pk=letter).delete()
    if seat.role == Role.SEEKER:
        urgent = case.facts.strain == URGENT_STRAIN and is_first
        deadlines.asked(case, urgent=urgent, hinted=hinted)
        if hinted:
            danger_words.put_forward([case.pk])  # where it waits for a chat as well
        if urgent or hinted:
            oncall.begin(case)
        counting.count_case("letter", case)
    else:
        deadlines.answered(case)
        news.after_letter(case)
        measured = measuring.of_answer(entry, waited_since) if waited_since else {}
        counting.count_case("answered" if waited_since else "letter_staff", case, **measured)
    return entry.seq
