"""The stages of a made-up course: waiting and talking in a chat, and letters; each says which comes next."""

from collections.abc import Iterator
from typing import Final

from counselling.mail.domain import lights
from counselling.statistics.domain import simulating_beside as beside
from counselling.statistics.domain import simulating_days as days
from counselling.statistics.domain import simulating_shares as shares
from counselling.statistics.domain.simulating_course import Course, Event

# As `closing.to_letter` counts the counsellor's own step.
_INTO_LETTERS: Final = {"from": "chat", "to": "mail", "proposed_by": "counsellor", "reason": "", "phase": ""}


def whole(course: Course) -> Iterator[Event]:
    """From the request to whatever comes last."""
    yield course.event("asked", returning=course.chance(shares.RETURNING))
    while course.next != "over":
        yield from _queue(course) if course.next == "queue" else _letters(course)


# --- a chat ----------------------------------------------------------------------------------------------------------


def _queue(course: Course) -> Iterator[Event]:
    """Somebody comes, or the young person gives up, or the house closes."""
    wait = course.rng.lognormvariate(*shares.WAIT_MINUTES)
    wait *= shares.WAIT_IN_THE_EVENING if course.at.hour >= shares.EVENING else 1
    patience, left = course.rng.expovariate(1 / shares.PATIENCE_MINUTES), days.minutes_to_close(course.at)
    course.next = "over"
    if wait <= min(patience, left):
        course.later(minutes=wait)
        yield course.event("claimed", wait=int(wait), resumed=False)
        yield from _talk(course)
        return
    course.later(minutes=min(patience, left))
    how = shares.GIVES_UP.by(course.rng) if patience < left else "closed"
    yield course.event(how)
    if how == "letter":
        course.goes_on_by("mail")


def _talk(course: Course) -> Iterator[Event]:
    course.chats += 1
    began = course.at
    if course.chance(shares.BROKEN_OFF):
        course.later(minutes=course.rng.uniform(3, 15))
        yield course.event("claimed", wait=int(course.rng.uniform(1, 5)), resumed=True)
    yield from beside.whatever(course)
    if course.next == "letters":  # they agreed to write, which ended the chat
        return
    how = shares.CHAT_ENDS.by(course.rng)
    if how == "letter":
        yield course.event("media_change", **_INTO_LETTERS)
    course.later(minutes=course.rng.lognormvariate(*shares.MINUTES))
    yield course.event("ended", by=how, **beside.measured(course, began))
    if how == "letter":
        course.goes_on_by("mail")
    elif how not in shares.NOTHING_AFTER:
        yield from _after_a_chat(course)


def _after_a_chat(course: Course) -> Iterator[Event]:
    yield from _filed(course)
    if course.by_letter:
        course.goes_on_by("mail")
    elif course.chance(shares.TAKEN_UP):
        course.at = days.within_hours(course.at, course.rng, after=course.rng.expovariate(1 / shares.TAKEN_UP_DAYS))
        course.next = "queue"
        yield course.event("asked_again")


# --- letters ---------------------------------------------------------------------------------------------------------


def _letters(course: Course) -> Iterator[Event]:
    """To and fro, until nobody writes back, they chat instead, or the case is closed with the form."""
    course.next, asked_at = "over", course.at
    yield course.event("letter")
    if not course.letters and not course.chats:
        course.at = days.at_work(course.at, course.rng, shares.CLAIM_HOURS)
        yield course.event("letters_claimed", wait=_band(days.working_hours(asked_at, course.at)))
    course.at = days.at_work(course.at, course.rng, shares.REPLY_HOURS)
    course.letters += 1
    hours = days.working_hours(asked_at, course.at)
    yield course.event("answered", wait=_band(hours), hours=hours, first=course.letters == 1)
    if course.chance(shares.STAFF_LETTER):
        course.later(hours=course.rng.uniform(1, 3))
        course.letters += 1
        yield course.event("letter_staff")
    if course.chance(shares.BESIDE_A_LETTER):
        yield from beside.whatever(course)
    if course.next == "over":
        yield from _after_an_answer(course)


def _band(hours: int) -> str:
    return next((code for most, code in shares.LETTER_BANDS if hours < most), lights.LONGEST)


def _after_an_answer(course: Course) -> Iterator[Event]:
    if course.letters < shares.MOST_LETTERS and course.chance(shares.WRITES_BACK):
        course.later(days=course.rng.expovariate(1 / shares.WRITES_BACK_DAYS))
        course.next = "letters"
        return
    course.later(days=course.rng.uniform(7, 30))
    yield from _filed(course)
    if course.chance(shares.REOPENED):
        course.later(days=course.rng.uniform(1, 40))
        course.next = "letters"
        yield course.event("reopened")


# --- the end of either -----------------------------------------------------------------------------------------------


def _filed(course: Course) -> Iterator[Event]:
    """The counsellor's form, and the young person's two answers."""
    if course.chance(shares.FILED):
        ending = shares.ENDINGS.by(course.rng)
        referred = ending == "referred" or course.chance(shares.REFERRED_ALSO)
        referral = shares.REFERRALS.by(course.rng) if referred else ""
        course.name_topics()
        yield course.event("filed", ending=ending, referral=referral, **course.contacts())
    if course.chance(shares.FEEDBACK):
        said: dict[str, object] = {"helped": shares.HELPED.by(course.rng), "again": shares.AGAIN.by(course.rng)}
        yield Event("feedback", course.at, "chat", said)
