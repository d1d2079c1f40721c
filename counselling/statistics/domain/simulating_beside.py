"""What happens beside the words of a made-up course: danger, other channels, appointments, other places."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from counselling.cases.domain import measuring
from counselling.cases.domain.danger import SERIOUS
from counselling.statistics.domain import simulating_days as days
from counselling.statistics.domain import simulating_shares as shares
from counselling.statistics.domain.simulating_course import Course, Event

_OTHER: Final = {"seeker": "counsellor", "counsellor": "seeker"}


def whatever(course: Course) -> Iterator[Event]:
    """All that happens at this point of a chat or between two letters: mostly nothing."""
    yield from _danger(course)
    if course.chance(shares.CARD):
        yield course.event("card")
    if course.chance(shares.ANNOUNCED):
        yield from _announced(course)
    if course.chance(shares.DATED):
        yield from _date(course)
    if course.chance(shares.CHANGED):
        yield from _change(course)


def _danger(course: Course) -> Iterator[Event]:
    """An assessment where something gave rise to it; a serious one gets a second look."""
    grave = not shares.GRAVE_TOPICS.isdisjoint(course.topics)
    level = (shares.GRAVE_LEVELS if grave else shares.LEVELS).by(course.rng)
    if level:
        yield _assessed(course, level)
    if level in shares.MILDER and course.chance(shares.SECOND_LOOK):
        yield _assessed(course, shares.MILDER[level])


def _assessed(course: Course, level: str) -> Event:
    """The level alone, without anything about whose it is, as `risk` counts it."""
    known = course.levels
    codes = {"level": level, "new": level not in known, "serious": level in SERIOUS and not known & set(SERIOUS)}
    known.add(level)
    return Event("risk", course.at, course.channel, codes)


def measured(course: Course, began: datetime) -> dict[str, object]:
    """Of a chat that ends now: how long, and how many messages of each side, more or less as long as it took."""
    lasted = int((course.at - began).total_seconds()) // 60
    each = course.rng.lognormvariate(*shares.MESSAGES_A_MINUTE) * lasted / 2
    theirs = course.rng.uniform(*shares.MESSAGES_OF_TEAM)
    return {
        "duration": min(lasted, measuring.LONGEST),
        "messages_seeker": min(1 + int(each), measuring.MOST),
        "messages_team": min(1 + int(each * theirs), measuring.MOST),
    }


def _announced(course: Course) -> Iterator[Event]:
    """Written together to another place, agreed to, handed over, and what came of it."""
    yield course.event("referral", step="asked")
    if course.chance(shares.ANNOUNCED_REFUSED):
        yield course.event("referral", step="refused")
        return
    yield course.event("referral", step="agreed")
    way = shares.WAYS.by(course.rng)
    yield course.event("referral", step="handed", way=way)
    if way == "code" and course.chance(shares.OPENED):
        yield course.event("referral", step="opened")
    if course.chance(shares.OUTCOME_KNOWN):
        yield course.event("referral", step="closed", outcome=shares.OUTCOMES.by(course.rng))


def _change(course: Course) -> Iterator[Event]:
    """One side proposes another way, the other agrees or does not."""
    before, after = course.channel, shares.CHANGED_TO[course.channel].by(course.rng)
    by = shares.PROPOSED_BY.by(course.rng)
    codes = {"from": before, "to": after, "proposed_by": by, "phase": course.phase()}
    codes["reason"] = shares.REASONS.by(course.rng) if by == "counsellor" else ""
    if course.chance(shares.CHANGE_REFUSED):
        yield course.event("media_refused", **codes)
    elif after == "mail":
        began = course.at
        course.later(minutes=course.rng.lognormvariate(*shares.MINUTES))
        yield course.event("ended", by="letter", **measured(course, began))
        course.goes_on_by("mail")
        yield course.event("media_change", **codes)
    elif after == "chat":
        course.at = days.within_hours(course.at, course.rng)
        course.goes_on_by("chat")
        yield course.event("asked_again")
        yield course.event("media_change", **codes)
    else:
        yield from _call(course, after, codes)


def _call(course: Course, kind: str, codes: Mapping[str, object], *, planned: bool = False) -> Iterator[Event]:
    """A call out of a chat or at an agreed time; while it lasts, it is the case's channel."""
    base, course.channel = course.channel, kind
    yield course.event("media_change", **codes)
    if course.chance(shares.ROOM_LEFT):
        yield course.event("room_left", room=shares.ROOMS_LEFT.by(course.rng))
    course.talks.append(kind)
    lasted = int(course.rng.lognormvariate(*shares.CALL_MINUTES))
    band = next((f"<{limit}" for limit in shares.CALL_BANDS if lasted < limit), f">={shares.CALL_BANDS[-1]}")
    yield course.event("call", kind=kind, minutes=band, duration=lasted, planned=planned)
    if not planned and course.chance(shares.UNDONE):
        yield course.event("media_undone", **codes)
    course.channel = base


def _date(course: Course) -> Iterator[Event]:
    """An appointment is found or not, and days later it is kept or missed; the course goes on where it was."""
    how, now = shares.DATE_WAYS.by(course.rng), course.at
    by = "seeker"  # one of the times on offer was taken
    if not course.chance(shares.BOOKED):
        by = shares.PROPOSED_BY.by(course.rng)
        yield course.event("date_proposed", how=how, by=by)
        by = _OTHER[by]
        if course.chance(shares.DECLINED):
            yield course.event("date_declined", how=how, by=by)
            return
    yield course.event("date_agreed", how=how, by=by)
    ends = shares.DATE_ENDS.by(course.rng)
    if ends == "date_moved":
        yield course.event("date_moved", how=how, by=shares.PROPOSED_BY.by(course.rng))
        ends = "date_kept"
    course.at = days.within_working_hours(course.at, course.rng, after=shares.DATE_DAYS.by(course.rng))
    yield from _ended(course, how, ends)
    course.at = now


def _ended(course: Course, how: str, ends: str) -> Iterator[Event]:
    if ends == "date_cancelled":
        yield course.event(ends, how=how, by=shares.CANCELLED_BY.by(course.rng))
        return
    if ends == "date_kept":
        yield from _met(course, how)
    yield course.event(ends, how=how)


def _met(course: Course, how: str) -> Iterator[Event]:
    codes = {"from": course.channel, "to": how, "proposed_by": "counsellor", "phase": course.phase()}
    codes["reason"] = "appointment"
    if how in shares.CALLS:
        yield from _call(course, how, codes, planned=True)
    elif how == "chat":
        yield from _agreed_chat(course)
    else:
        course.talks.append(how)
        yield course.event("media_change", **codes)


def _agreed_chat(course: Course) -> Iterator[Event]:
    base, course.channel, began = course.channel, "chat", course.at
    course.chats += 1
    yield course.event("chat_agreed")
    course.later(minutes=course.rng.lognormvariate(*shares.MINUTES))
    yield course.event("ended", by="counsellor", **measured(course, began))
    course.channel = base
