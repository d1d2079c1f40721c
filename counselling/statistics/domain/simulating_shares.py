"""How a made-up service is used: every number of the simulator, in one place.

Numbers with a source were measured somewhere; the bracket is that of `../shared/reference/domain.md` (Sources). All
others are assumptions, made so that every code occurs and every page has something to show: nobody may quote them.
"""

from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Final, Generic, TypeVar

T = TypeVar("T")


class Drawn(Generic[T]):
    """Values with weights; how much these add up to does not matter."""

    __slots__ = ("_sums", "values")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.values = list(weights)
        self._sums = list(accumulate(weights.values()))

    def by(self, rng: Random) -> T:
        """One of them."""
        return self.values[bisect(self._sums, rng.random() * self._sums[-1])]


# --- when ------------------------------------------------------------------------------------------------------------

GROWTH: Final = 1.06  # each year against the one before
MONTHS: Final = (1.1, 1.05, 1.05, 0.95, 1.0, 0.95, 0.85, 0.7, 1.0, 1.1, 1.15, 1.1)  # January first; summer holidays
WEEKDAYS: Final = (1.15, 1.15, 1.1, 1.05, 0.95, 0.75, 0.85)  # Monday first
# krisenchat: more than 60 % of contacts between 16 and 24 h, 10 % between 0 and 8 h [10].
_NIGHT: Final = (2.8, 1.8, 1.1, 0.7, 0.5, 0.6, 1.0, 1.5)
_DAY: Final = (1.8, 2.0, 2.3, 2.5, 3.0, 4.0, 5.4, 7.0)
_EVENING: Final = (7.6, 8.0, 8.2, 8.6, 9.0, 8.6, 7.2, 4.8)
HOURS: Final = Drawn(dict(enumerate((*_NIGHT, *_DAY, *_EVENING))))
# The made-up house's chat, by weekday: from and to which hour. Letters are taken at any time.
OPEN: Final = ((14, 21), (14, 21), (14, 21), (14, 21), (14, 20), (16, 20), None)
NOBODY_HERE: Final = 0.02  # of these hours
WORKING_HOURS: Final = (9, 17)  # when letters are answered, on working days

# --- who: voluntary answers, "" is skipped ---------------------------------------------------------------------------

FOR_WHOM: Final = Drawn({"": 10, "me": 79, "other": 11})
AGE_BANDS: Final = Drawn({"": 12, "u12": 4, "12_14": 22, "15_17": 32, "18_20": 16, "21_26": 11, "27plus": 3})
GENDERS: Final = Drawn({"": 10, "female": 59, "male": 20, "divers": 5, "no_answer": 6})
STRAINS: Final = Drawn[int | None]({None: 12, 1: 7, 2: 18, 3: 29, 4: 22, 5: 12})
LANGUAGES: Final = Drawn({"de": 85, "en": 5, "tr": 3, "ar": 2, "uk": 2, "ru": 2, "fr": 1})
TOPICS: Final = {
    "family": 17,
    "separation": 6,
    "friends": 10,
    "love": 11,
    "identity": 5,
    "bullying": 8,
    "digital": 4,
    "school": 13,
    "mood": 16,
    "anxiety": 12,
    "self-harm": 7,
    "suicide": 6,
    "eating": 5,
    "addiction": 4,
    "violence-home": 4,
    "sexual-violence": 3,
    "grief": 4,
    "health": 4,
    "pregnancy": 1.5,
    "money": 2.5,
    "law": 1.5,
    "racism": 2,
    "loneliness": 8,
    "other": 4,
}
OWN_TOPIC: Final = 4  # the weight of a topic that a centre added itself
OTHER_TOPICS: Final = 0.35  # the counsellor names others in the end
TOPIC_NUMBERS: Final = Drawn({0: 12, 1: 46, 2: 27, 3: 15})
CAMPAIGN: Final = 0.06  # of those who come: followed a link on a poster, where the centre has any
RETURNING: Final = 0.22  # had a case here before

# --- the door and the queue ------------------------------------------------------------------------------------------

WRITES: Final = 0.12  # comes for a letter while the chat is open
WRITES_INSTEAD: Final = 0.15  # at a closed door: writes a letter, others go away
CLOSED_DOOR: Final = Drawn({"closed_door": 75, "refused_closed": 25})  # a tap, or a form sent all the same
REFUSED: Final = Drawn({"": 88, "refused_full": 9, "refused_nobody": 3})  # while it is open
LATE_MINUTES: Final = 60
REFUSED_LATE: Final = Drawn({"": 60, "refused_full": 40})  # in the last hour of the day
WAIT_MINUTES: Final = (1.7, 0.9)  # of a log-normal: a median of 5 to 6 minutes, every tenth longer than 17
EVENING: Final = 18
WAIT_IN_THE_EVENING: Final = 1.8  # times as long from then on
PATIENCE_MINUTES: Final = 45.0  # of an exponential: who waits longer than their patience is gone
GIVES_UP: Final = Drawn({"left": 55, "abandoned": 33, "letter": 12})

# --- the chat --------------------------------------------------------------------------------------------------------

MINUTES: Final = (3.75, 0.5)  # log-normal; 45 to 60 minutes [26], about an hour at krisenchat [13]
MESSAGES_A_MINUTE: Final = (-0.05, 0.4)  # log-normal, of both; 40 to 60 in a conversation [22]
MESSAGES_OF_TEAM: Final = (0.6, 1.0)  # for each of the young person's
BROKEN_OFF: Final = 0.02  # back to the queue, and on with somebody
NOTHING_AFTER: Final = frozenset({"blocked", "erased"})
CHAT_ENDS: Final = Drawn({"counsellor": 46, "seeker": 30, "silence": 15, "letter": 7, "blocked": 1.3, "erased": 0.7})
TAKEN_UP: Final = 0.09  # queues again after a chat
TAKEN_UP_DAYS: Final = 12.0  # of an exponential
FEEDBACK: Final = 0.2  # about 20 % fill in both surveys of a distress chat [26]
HELPED: Final = Drawn[int | None]({None: 8, 1: 5, 2: 8, 3: 18, 4: 33, 5: 28})
AGAIN: Final = Drawn[bool | None]({None: 10, True: 75, False: 15})

# --- letters ---------------------------------------------------------------------------------------------------------

CLAIM_HOURS: Final = (1.0, 0.9)  # log-normal, of working hours
REPLY_HOURS: Final = (1.6, 0.8)  # until the team answers; two working days are promised (section 2)
WRITES_BACK: Final = 0.6  # after each answer; peers write more: U25 Biberach 2023, 149 clients, 1,490 messages [67]
WRITES_BACK_DAYS: Final = 4.0  # of an exponential
MOST_LETTERS: Final = 30
STAFF_LETTER: Final = 0.05  # the team writes once more without being asked
BESIDE_A_LETTER: Final = 0.3  # of what happens beside a chat also happens between two letters
LETTER_BANDS: Final = ((4, "u4h"), (24, "u1d"), (48, "1d"), (72, "2d"), (144, "3_5d"))  # working hours, as `lights`
REOPENED: Final = 0.06

# --- danger ----------------------------------------------------------------------------------------------------------

# Suicidal ideation in 20.7 % of krisenchat's [12]; a youth counselling centre sees less.
GRAVE_TOPICS: Final = frozenset({"suicide", "self-harm", "violence-home", "sexual-violence"})
LEVELS: Final = Drawn({"": 90, "green": 5, "yellow": 4, "orange": 0.8, "red": 0.2})
GRAVE_LEVELS: Final = Drawn({"": 42, "green": 10, "yellow": 30, "orange": 13, "red": 5})
SECOND_LOOK: Final = 0.8  # of the serious ones, later, when it is
MILDER: Final = {"red": "orange", "orange": "yellow"}

# --- the end ---------------------------------------------------------------------------------------------------------

FILED: Final = 0.94  # else nobody filled the form in
ENDINGS: Final = Drawn({"helped": 48, "continues": 14, "referred": 12, "broke_off": 15, "no_concern": 6, "other": 5})
REFERRALS: Final = Drawn(
    {"advice": 30, "therapy": 22, "doctor": 12, "school": 12, "youth_office": 10, "crisis": 8, "other": 6}
)
REFERRED_ALSO: Final = 0.06  # a referral beside another ending

# --- together: other channels, appointments, places ------------------------------------------------------------------

CHANGED: Final = 0.06  # a change of channel is proposed in a chat or in letters
CHANGED_TO: Final = {
    "chat": Drawn({"mail": 46, "voice": 39, "video": 15}),
    "mail": Drawn({"chat": 58, "voice": 27, "video": 15}),
}
CHANGE_REFUSED: Final = 0.32
UNDONE: Final = 0.06
PROPOSED_BY: Final = Drawn({"counsellor": 62, "seeker": 38})
REASONS: Final = Drawn(
    {"wish": 26, "nearer": 17, "hard_to_write": 15, "crisis": 8, "more_time": 14, "language": 6, "technical": 6}
    | {"other": 8}
)
FIRST_CONTACTS: Final = 2  # so many are the beginning of a course; from LATE_CONTACTS on it is its end
LATE_CONTACTS: Final = 8
LATE_DAYS: Final = 180
CALLS: Final = frozenset({"voice", "video"})
CALL_MINUTES: Final = (3.1, 0.7)  # log-normal
CALL_BANDS: Final = (5, 15, 30, 60)  # as `blended.domain.meetings` counts them
ROOM_LEFT: Final = 0.04  # another system's room does not open, the built-in one is taken
ROOMS_LEFT: Final = Drawn({"jitsi": 50, "bbb": 30, "webex": 15, "link": 5})
DATED: Final = 0.05  # an appointment is proposed or booked
DATE_WAYS: Final = Drawn({"phone": 28, "voice": 8, "video": 16, "onsite": 30, "chat": 18})
BOOKED: Final = 0.4  # one of the offered times is taken, nobody proposes
DECLINED: Final = 0.14
DATE_ENDS: Final = Drawn({"date_kept": 75, "date_missed": 13, "date_cancelled": 8, "date_moved": 4})
CANCELLED_BY: Final = Drawn({"seeker": 62, "counsellor": 33, "handover": 2, "closed": 3})
DATE_DAYS: Final = Drawn({days: 15 - days for days in range(1, 15)})
CARD: Final = 0.07  # of local help, laid into the case
ANNOUNCED: Final = 0.025  # written together to another place
ANNOUNCED_REFUSED: Final = 0.18
WAYS: Final = Drawn({"code": 65, "print": 35})
OUTCOME_KNOWN: Final = 0.8
OPENED: Final = 0.7  # of codes, by the other place
OUTCOMES: Final = Drawn({"arrived": 52, "not_arrived": 16, "helped_elsewhere": 10, "no_place": 9, "unknown": 13})
CONTACTS: Final = ((1, "1"), (3, "2_3"), (10, "4_10"))
MANY_CONTACTS: Final = "11plus"
