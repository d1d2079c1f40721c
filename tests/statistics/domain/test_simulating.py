"""The simulator: repeatable, shaped as declared, and with no code that a real event would not carry."""

import re
from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest

from blended.domain import meetings, referral_steps, ways
from blended.models import Channel, Room
from counselling.cases.domain import closing, facts
from counselling.cases.models import Case, CountRow, Entry, Level
from counselling.centre.default_topics import TOPICS
from counselling.errors import AtCapacity, NotAllowed, NotFound
from counselling.mail.domain import lights
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from counselling.statistics.domain import (
    counted,
    simulating,
    simulating_beside,
    simulating_days,
    simulating_lives,
    simulating_plan,
)
from counselling.statistics.domain import simulating_shares as shares
from counselling.statistics.domain.shapes import Period
from counselling.statistics.domain.simulating_course import Event
from counselling.statistics.domain.simulating_days import Days
from counselling.statistics.domain.simulating_plan import Offers
from counselling.statistics.models import Campaign
from tests.statistics.domain import lived_world as lived
from tests.support import world

UNTIL = date(2026, 11, 23)
OFFERS = Offers([code for code, *_labels in TOPICS], ["schule-am-berg", "jugendhaus"])
ANSWERS = ("for_whom", "age_band", "gender", "strain", "language", "topics")


def events(cases: int, seed: int = 1, years: int = 5) -> list[Event]:
    return list(simulating_plan.plan(cases, Random(seed), Days.before(UNTIL, years), OFFERS))


@pytest.fixture(scope="module")
def many() -> list[Event]:
    return events(8000)


def share(found: "Counter[Any]", *codes: object) -> float:
    return sum(found[code] for code in codes) / found.total()


# --- repeatable ------------------------------------------------------------------------------------------------------


def test_a_seed_makes_the_same_events_and_another_makes_others() -> None:
    assert events(50) == events(50)
    assert events(50) != events(50, seed=2)


def test_as_many_cases_as_asked_for_and_nothing_after_the_last_day(many: list[Event]) -> None:
    assert Counter(event.name for event in many)["asked"] == 8000
    assert min(event.at for event in many).date() >= date(2022, 1, 1)
    assert max(event.at for event in many).date() <= UNTIL


@pytest.mark.django_db
def test_rows_are_those_of_the_plan(team: Team, topics: None) -> None:
    Campaign.objects.create(code="schule-am-berg", label="Schule am Berg", since=UNTIL)

    number = simulating.simulate(60, 3, UNTIL, 1)

    assert CountRow.objects.filter(team=team).count() == number
    expected = list(
        simulating_plan.plan(60, Random(3), Days.before(UNTIL, 1), Offers(OFFERS.topics, ["schule-am-berg"]))
    )
    assert Counter(_row(row) for row in CountRow.objects.all()) == Counter(
        repr(
            (
                event.name,
                f"{event.at:%Y-%m}",
                event.at.weekday(),
                event.at.hour // 3,
                event.channel,
                sorted(event.codes.items()),
            )
        )
        for event in expected
    )


def _row(row: CountRow) -> str:
    return repr((row.event, row.month, row.weekday, row.band, row.channel, sorted(row.codes.items())))


@pytest.mark.django_db
def test_without_a_team_nothing_is_written() -> None:
    with pytest.raises(NotFound):
        simulating.simulate(1, 1, UNTIL)

    assert not CountRow.objects.exists()


# --- as declared -----------------------------------------------------------------------------------------------------


def test_the_evening_is_busy_the_night_is_not_and_weekends_are_weaker(many: list[Event]) -> None:
    came = [event for event in many if event.name in {"closed_door", "refused_closed", "refused_full"}]
    came += [event for event in many if event.name == "asked"]
    hours, weekdays = Counter(event.at.hour for event in came), Counter(event.at.weekday() for event in came)

    assert 0.55 < share(hours, *range(16, 24)) < 0.7
    assert 0.06 < share(hours, *range(8)) < 0.14
    assert max(weekdays[5], weekdays[6]) < min(weekdays[day] for day in range(4))


@pytest.mark.parametrize(
    ("code", "declared"),
    [
        ("age_band", shares.AGE_BANDS),
        ("gender", shares.GENDERS),
        ("for_whom", shares.FOR_WHOM),
        ("language", shares.LANGUAGES),
        ("strain", shares.STRAINS),
    ],
)
def test_answers_come_as_often_as_declared(many: list[Event], code: str, declared: Any) -> None:
    found = Counter(event.codes[code] for event in many if event.name == "asked")
    rng = Random(9)
    expected = Counter(declared.by(rng) for _ in range(8000))

    assert set(found) == set(declared.values)
    for value in declared.values:
        assert abs(share(found, value) - share(expected, value)) < 0.03


def test_waits_talks_and_answers_last_as_long_as_said(many: list[Event]) -> None:
    waits = sorted(event.codes["wait"] for event in many if event.name == "claimed" and not event.codes["resumed"])
    talks = [event.codes for event in many if event.name == "ended"]
    lasted = sorted(codes["duration"] for codes in talks)
    messages = sorted(codes["messages_seeker"] + codes["messages_team"] for codes in talks)

    assert 3 <= waits[len(waits) // 2] <= 12
    assert 10 < waits[len(waits) * 9 // 10] < 40
    assert 35 <= lasted[len(lasted) // 2] <= 60
    assert 25 <= messages[len(messages) // 2] <= 60


def test_some_give_up_some_do_not_come_and_some_come_back(many: list[Event]) -> None:
    names = Counter(event.name for event in many)
    abandoned = names["left"] + names["abandoned"] + names["closed"]
    returning = Counter(event.codes["returning"] for event in many if event.name == "asked")
    risks = Counter(event.codes["level"] for event in many if event.name == "risk")

    assert 0.08 < abandoned / (names["claimed"] + abandoned) < 0.35
    assert 0.08 < names["date_missed"] / (names["date_missed"] + names["date_kept"]) < 0.25
    assert 0.15 < share(returning, True) < 0.3
    assert risks["red"] < risks["orange"] < risks["yellow"]


def test_letters_wait_in_working_hours_as_lights_counts_them(many: list[Event]) -> None:
    rng = Random(4)
    began = [event.at for event in many if event.name == "letter"][:300]
    for at in began:
        ended = simulating_days.at_work(at, rng, shares.REPLY_HOURS)
        assert ended >= at
        hours = simulating_days.working_hours(at, ended)
        if at.utcoffset() == ended.utcoffset():  # the night in which the clock changes has an hour more or less
            assert hours == lights.hours(at, ended)
    band = next(iter(lights._BANDS))
    assert [code for _hours, code in shares.LETTER_BANDS] == [code for code, _limit in lights._BANDS]
    assert [hours for hours, _code in shares.LETTER_BANDS] == [
        limit.total_seconds() / 3600 for _code, limit in lights._BANDS
    ]
    assert band[0] == "u4h"


# --- codes only ------------------------------------------------------------------------------------------------------


def known() -> dict[str, set[object]]:
    """Every code of the features by its name; numbers are none."""
    talks = {*ways.KNOWN}
    return {
        **{name: set(declared) for name, declared in _answers().items()},
        "by": {"seeker", "counsellor", "silence", "letter", "blocked", "erased", "closed", "handover"},
        "ending": {code for code, _label in closing.ENDINGS},
        "referral": {"", *(code for code, _label in closing.REFERRALS)},
        "contacts": {"0", *(code for _most, code in closing._BANDS), "11plus"},
        "wait": {lights.LONGEST, *(code for code, _limit in lights._BANDS)},
        "level": set(Level.values),
        "from": talks,
        "to": talks,
        "how": set(Channel.values),
        "kind": {"voice", "video"},
        "room": set(Room.Provider.values) - {"builtin"},
        "proposed_by": {"seeker", "counsellor"},
        "reason": {"", "appointment", *(code for code, _label in ways.REASONS)},
        "phase": {"", "begin", "middle", "end"},
        "minutes": {f"<{limit}" for limit in meetings._BANDS} | {f">={meetings._BANDS[-1]}"},
        "step": {"asked", "agreed", "refused", "handed", "opened", "closed"},
        "way": {"code", "print"},
        "outcome": {code for code, _label in referral_steps.OUTCOMES},
        "campaign": set(OFFERS.campaigns),
    }


def _answers() -> dict[str, Any]:
    return {
        "for_whom": {"", *(code for code, _label in facts.FOR_WHOM)},
        "age_band": {"", *(code for code, _label in facts.AGE_BANDS)},
        "gender": {"", *(code for code, _label in facts.GENDERS)},
        "language": set(shares.LANGUAGES.values),
    }


def test_no_code_holds_an_id_or_a_free_text(many: list[Event]) -> None:
    codes = known()
    lists = {"topics": set(OFFERS.topics), "channels": {"chat", "mail", "voice", "video", "phone", "onsite"}}
    for event in many:
        assert event.channel in {"chat", "mail", "voice", "video"}
        for name, value in event.codes.items():
            if isinstance(value, str):
                assert value in codes[name], (event.name, name, value)
            elif isinstance(value, list):
                assert set(value) <= lists[name]
                assert value == sorted(set(value)) or name == "channels"
            else:
                assert value is None or isinstance(value, int), (event.name, name, value)
                assert (value or 0) < 1500
    assert not [name for name in {name for event in many for name in event.codes} if re.search(r"id$|text|name", name)]


def test_never_more_than_three_topics(many: list[Event]) -> None:
    assert {len(event.codes["topics"]) for event in many if "topics" in event.codes} == {0, 1, 2, 3}
    assert all(re.fullmatch(facts.LANGUAGE, language) for language in shares.LANGUAGES.values)


@pytest.mark.django_db
def test_made_up_rows_carry_the_codes_of_lived_ones(
    team: Team, mara: Actor, topics: None, settings: pytest.MonkeyPatch, many: list[Event]
) -> None:
    lived.live_all(team, mara, settings)
    made_up: dict[str, set[str]] = {}
    for event in many:
        made_up.setdefault(event.name, set()).update(event.codes)

    real = lived.codes_of_rows()
    assert made_up.pop("campaign") == {"campaign"}  # tests/statistics/…/test_campaigns.py
    assert made_up == real


def test_an_assessment_is_new_and_serious_once() -> None:
    for event in events(300):
        if event.name == "risk":
            assert set(event.codes) == {"level", "new", "serious"}
            assert not event.codes["serious"] or event.codes["new"]
    assert set(shares.MILDER) == {*simulating_beside.SERIOUS}


@pytest.mark.django_db
def test_what_is_counted_of_them_is_what_was_planned(team: Team, topics: None) -> None:
    simulating.simulate(200, 5, date(2026, 12, 31), 1)

    found = counted.of_period(Period(2026))

    assert found.figures["demand"] == CountRow.objects.filter(event__in=["asked", "asked_again"]).count()
    assert all(found.figures[code] for code in ("claimed", "refused", "closed_door", "filed", "letters_in", "offered"))
    assert all(sum(found.values[code].values()) for code in ("wait", "answer", "duration", "messages"))


# --- lived -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_lives_are_sealed_and_readable_for_their_counsellor(team: Team, mara: Actor, topics: None) -> None:
    assert simulating_lives.live(mara, 6, 1) == simulating_lives.Lived(chats=4, letters=2)

    cases = list(Case.objects.filter(team=team))
    assert len(cases) == 6
    assert all(world.texts(case.pk) for case in cases if case.channel == "chat")
    assert not any(b"Hallo" in bytes(entry.sealed) for entry in Entry.objects.filter(sealed__isnull=False))
    assert {row.event for row in CountRow.objects.all()} >= {"asked", "claimed", "ended", "filed", "letter", "answered"}


@pytest.mark.django_db
def test_while_the_chat_is_closed_all_lives_are_letters_and_nobody_stays_here(
    team: Team, mara: Actor, topics: None
) -> None:
    world.close_hours(team)
    Staff.objects.filter(pk=mara.id).update(status=Staff.Status.AWAY)

    assert simulating_lives.live(mara, 2, 1) == simulating_lives.Lived(chats=0, letters=2)

    assert Staff.objects.get(pk=mara.id).status == Staff.Status.AWAY


@pytest.mark.django_db
def test_who_does_not_counsel_or_has_no_room_lives_nothing(team: Team, topics: None) -> None:
    with pytest.raises(NotAllowed):
        simulating_lives.live(world.staff(team, "Lea", "supervisor"), 1, 1)
    busy = world.counsellor(team, "Mara", capacity=1)
    world.chat(team, busy)

    with pytest.raises(AtCapacity):
        simulating_lives.live(busy, 1, 1)

    assert Staff.objects.get(pk=busy.id).status == Staff.Status.HERE
