"""What rows of chats carry since statistics: how long somebody waited, how long it lasted, who wrote how much."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import closing, counting, erasing, handover, opening, queue, risk, timers
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Case, CountRow, Entry, FactTopic
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.letters import WORDS
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
MEASURED = ("duration", "messages_seeker", "messages_team")


def codes(event: str) -> list[dict[str, Any]]:
    """The codes of the rows of an event; for one row each, since count rows have no order."""
    return [row.codes for row in CountRow.objects.filter(event=event)]


def earlier(chat: Chat, **span: float) -> None:
    """All that stands in the timeline happened so much earlier."""
    by = timedelta(**span)
    for entry in Entry.objects.filter(case=chat.case):
        Entry.objects.filter(pk=entry.pk).update(at=entry.at - by)
    last_at = world.row(chat.case).last_at
    Case.objects.filter(pk=chat.case).update(last_at=last_at - by if last_at else None)


def measured() -> tuple[int, ...]:
    """Of the one chat that ended."""
    (found,) = codes("ended")
    return tuple(found[name] for name in MEASURED)


@pytest.mark.parametrize(("minutes", "wait"), [(0, 0), (7.9, 7), (26 * 60, 24 * 60)])
def test_a_claim_says_how_long_it_was_waited_for_in_whole_minutes(
    team: Team, mara: Actor, minutes: float, wait: int
) -> None:
    world.chat(team, mara, minutes=minutes)

    assert [(row["wait"], row["resumed"]) for row in codes("claimed")] == [(wait, False)]


def test_a_chat_lasts_from_its_beginning_to_its_end_and_both_sides_messages_count(chat: Chat) -> None:
    world.say(chat.seeker, chat.case)
    world.say(chat.seeker, chat.case)
    world.say(chat.counsellor, chat.case)
    earlier(chat, minutes=42.5)

    closing.end(chat.seeker, chat.case)

    assert measured() == (42, 2, 1)


def test_a_silent_chat_lasted_until_the_last_word(chat: Chat) -> None:
    earlier(chat, minutes=20)
    world.say(chat.counsellor, chat.case)

    assert timers.silent_chats(timezone.now() + timedelta(minutes=31)) == 1

    assert measured() == (20, 0, 1)


def test_a_chat_that_broke_off_is_one_chat_without_the_time_between(chat: Chat) -> None:
    world.say(chat.seeker, chat.case)
    earlier(chat, minutes=10)
    handover.to_queue(chat.counsellor, chat.case)
    earlier(chat, minutes=30)  # waits half an hour
    queue.claim(chat.counsellor, chat.case)
    world.say(chat.counsellor, chat.case)
    earlier(chat, minutes=5)

    closing.end(chat.seeker, chat.case)

    assert sorted(row["resumed"] for row in codes("claimed")) == [False, True]
    assert measured() == (15, 1, 1)


def test_the_next_chat_of_a_case_is_measured_alone(chat: Chat) -> None:
    world.say(chat.seeker, chat.case)
    earlier(chat, minutes=60)
    closing.end(chat.seeker, chat.case)
    CountRow.objects.all().delete()
    earlier(chat, days=1)
    closing.take_up_again(chat.seeker, chat.case)
    queue.claim(chat.counsellor, chat.case)

    closing.end(chat.seeker, chat.case)

    assert [row["resumed"] for row in codes("claimed")] == [False]
    assert measured() == (0, 0, 0)


def test_a_chat_that_is_deleted_was_measured_before(chat: Chat) -> None:
    world.say(chat.seeker, chat.case)
    earlier(chat, minutes=3)

    erasing.erase_all(chat.seeker)

    assert measured() == (3, 1, 0)


def test_who_has_a_case_here_already_comes_back(chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)

    opening.begin_letters(
        chat.seeker, team_id=world.row(chat.case).team_id, nickname="Otter", facts=FactsInput(), language="de"
    )

    assert {row.channel: row.codes["returning"] for row in CountRow.objects.filter(event="asked")} == {
        "chat": False,
        "mail": True,
    }


def test_the_counsellors_step_into_letters_is_a_change_when_letters_go_on(team: Team, mara: Actor, chat: Chat) -> None:
    closing.to_letter(chat.counsellor, chat.case)  # without a way back: the chat is over
    assert codes("media_change") == []
    other = world.chat(team, mara)
    passphrases.keep(other.seeker, "Otter", WORDS)

    closing.to_letter(other.counsellor, other.case)

    (change,) = codes("media_change")
    assert (change["from"], change["to"], change["proposed_by"]) == ("chat", "mail", "counsellor")


def test_more_than_three_topics_are_drawn_by_lot(topics: None, chat: Chat) -> None:
    named = ["anxiety", "family", "friends", "money", "school"]
    FactTopic.objects.bulk_create(FactTopic(case_id=chat.case, code=code) for code in named)

    drawn = [counting.at_most_three(named) for _ in range(200)]
    closing.end(chat.seeker, chat.case)

    assert {len(found) for found in drawn} == {3}
    assert {code for found in drawn for code in found} == set(named)
    assert all(found == sorted(found) for found in drawn)
    (ended,) = codes("ended")
    assert len(ended["topics"]) == 3


def test_posting_asks_nothing_more(chat: Chat) -> None:
    with CaptureQueriesContext(connection) as queries:
        world.say(chat.seeker, chat.case)

    assert not [query for query in queries if "countrow" in query["sql"]]


# --- danger ----------------------------------------------------------------------------------------------------------


def assess(chat: Chat, level: str) -> None:
    review = timezone.localdate() + timedelta(days=1) if level in {"yellow", "orange"} else None
    risk.assess(chat.counsellor, chat.case, Assessment(level=level, review_on=review, said="So gesagt."))


def test_each_level_is_new_once_and_the_first_serious_one_is_told(chat: Chat) -> None:
    told = []
    for level in ("yellow", "orange", "yellow", "red", "green"):
        CountRow.objects.all().delete()
        assess(chat, level)
        told += [(row["level"], row["new"], row["serious"]) for row in codes("risk")]

    assert told == [
        ("yellow", True, False),
        ("orange", True, True),
        ("yellow", False, False),
        ("red", True, False),
        ("green", True, False),
    ]


def test_a_level_stands_alone_in_its_row(team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara, facts=FactsInput(age_band="u12", gender="divers"))

    assess(chat, "red")

    (row,) = CountRow.objects.filter(event="risk")
    assert (row.channel, row.codes) == ("chat", {"level": "red", "new": True, "serious": True})
