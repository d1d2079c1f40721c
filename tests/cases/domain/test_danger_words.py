"""Words that may hint at danger: found and marked where they stand, a case put forward for them, and nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import closing, danger_words, desk, handover, places, posting, queue, talks
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.posting import Posted
from counselling.cases.models import Entry, Waiting
from counselling.mail.models import MailRules
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat, Waiter

pytestmark = pytest.mark.django_db

HINT = "Ich will nicht mehr leben."


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("nichts davon", []),
        ("SUIZID", ["SUIZID"]),
        ("Ich will\n\n  sterben.", ["will\n\n  sterben"]),
        ("Straße ẞ und Selbstmordgedanken", ["Selbstmord"]),
        ("ich ritze mich", []),
        ("  suizid", ["suizid"]),
        ("Ritzen, ritzen", ["Ritzen", "ritzen"]),
        ("kritzen", []),
        ("", []),
    ],
)
def test_each_word_is_marked_and_the_text_stays_whole(text: str, marked: list[str]) -> None:
    words = danger_words.of_team(world.team().pk)
    parts = danger_words.parts(text, words)

    assert "".join(part for part, _ in parts) == text
    assert [part for part, is_hint in parts if is_hint] == marked
    assert words.stand_in(text) == bool(marked)


def test_the_teams_own_words_with_signs_are_words() -> None:
    team = world.team()
    MailRules.objects.create(team=team, hint_words="weg sein (für immer\nGROẞ\n\n")

    parts = danger_words.parts("Ich will weg sein (für immer) und gross.", danger_words.of_team(team.pk))

    assert [part for part, is_hint in parts if is_hint] == ["weg sein (für immer", "gross"]


def test_a_changed_list_counts_in_every_process_within_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    team, now = world.team(), [1000.0]
    monkeypatch.setattr(danger_words.time, "monotonic", lambda: now[0])
    assert not danger_words.lately(team.pk).stand_in("Ich packe den Rucksack.")
    MailRules.objects.create(team=team, hint_words="rucksack")

    assert danger_words.found_in("Ich packe den Rucksack.", team.pk)
    now[0] += danger_words.KEPT_SECONDS + 1
    assert danger_words.lately(team.pk).stand_in("Ich packe den Rucksack.")


# --- what is written in a chat ---------------------------------------------------------------------------------------


def said(who: Waiter | Chat, text: str) -> Posted:
    return world.say(who.seeker, who.case, text)


def is_hinted(who: Waiter | Chat) -> bool:
    return Waiting.objects.get(case=who.case).hinted


def test_a_message_that_hints_puts_the_case_forward(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    assert (said(waiter, "Hallo").hinted, is_hinted(waiter)) == (False, False)
    assert (said(waiter, HINT).hinted, is_hinted(waiter)) == (True, True)


def test_a_repeat_shows_help_again(team: Team, mara: Actor) -> None:
    """The first answer may be lost on its way."""
    waiter = world.waiting(team)
    post = world.post(waiter.seeker, waiter.case, HINT)
    posting.commit([post])

    again = world.written(posting.commit([post])[0])

    assert (again.repeat, again.hinted) == (True, True)


def test_what_counsellors_write_hints_at_nothing(chat: Chat) -> None:
    asked = world.say(chat.counsellor, chat.case, "Denkst du an Suizid?")

    assert (asked.hinted, is_hinted(chat)) == (False, False)


def test_the_text_of_a_waiting_room_counts_and_what_stands_unsent_does_not(team: Team, chat: Chat) -> None:
    waiter = world.waiting(team)

    kept = talks.keep_first(waiter.seeker, waiter.case, HINT)
    unsent = talks.keep_unsent(chat.seeker, chat.case, HINT)
    late = talks.keep_first(chat.seeker, chat.case, HINT)

    assert (kept.first, kept.hinted, is_hinted(waiter)) == (True, True, True)
    assert (unsent.first, unsent.hinted) == (False, True)  # the writer's page shows help
    assert (late.first, late.hinted, is_hinted(chat)) == (False, True, False)


def test_what_was_hinted_at_is_kept_nowhere(team: Team, mara: Actor, caplog: pytest.LogCaptureFixture) -> None:
    MailRules.objects.create(team=team, hint_words="kanarienvogel")
    waiter = world.waiting(team)

    said(waiter, "Mein Kanarienvogel fliegt weg.")

    assert is_hinted(waiter)
    assert "kanarienvogel" not in caplog.text.casefold()
    assert not Entry.objects.filter(about__icontains="kanarienvogel").exists()
    row = Waiting.objects.filter(case=waiter.case).values().get()
    assert [value for value in row.values() if "kanarienvogel" in str(value).casefold()] == []


def test_in_the_steady_state_a_message_asks_nothing_more(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a harmless one nor its neighbour in the batch; the list is compiled once."""
    compiled = []
    real = danger_words.re.compile
    monkeypatch.setattr(danger_words.re, "compile", lambda *given: compiled.append(given) or real(*given))
    said(chat, "Hallo")
    compiled.clear()

    posts = [world.post(chat.seeker, chat.case, text) for text in ("wie geht es weiter?", "mit mir")]
    with CaptureQueriesContext(connection) as asked:
        posting.commit(posts)

    tables = [query["sql"] for query in asked.captured_queries]
    assert [sql for sql in tables if "mail_" in sql or "cases_waiting" in sql] == []
    assert compiled == []


# --- the order and how long it holds ---------------------------------------------------------------------------------


def order(team: Team) -> list[object]:
    return [place.case_id for place in places.in_line(team.pk)]


def test_it_comes_before_the_longest_waiting_and_never_before_the_urgent(team: Team, mara: Actor) -> None:
    long, hinted = world.waiting(team, minutes=30), world.waiting(team, minutes=5)
    urgent = world.waiting(team, facts=FactsInput(strain=5))
    said(hinted, HINT)

    assert order(team) == [urgent.case, hinted.case, long.case]
    assert [row["hinted"] for row in desk.state(mara, timezone.now())["queue"]] == [False, True, False]
    assert [queue.claim_next(mara) for _ in range(2)] == [urgent.case, hinted.case]


def test_other_processes_notice(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    before = places.stamps([team.pk])

    said(waiter, HINT)

    assert places.stamps([team.pk]) != before


def test_the_mark_stays_for_the_talk_and_for_a_colleague(chat: Chat, jon: Actor) -> None:
    said(chat, HINT)

    assert [row["hinted"] for row in desk.state(chat.counsellor, timezone.now())["mine"]] == [True]
    handover.to_queue(chat.counsellor, chat.case)
    assert [row["hinted"] for row in desk.state(jon, timezone.now())["queue"]] == [True]


def test_a_new_wait_begins_without_what_was_answered(chat: Chat) -> None:
    said(chat, HINT)
    closing.end(chat.seeker, chat.case)

    closing.take_up_again(chat.seeker, chat.case)

    assert not is_hinted(chat)


def test_a_new_wait_keeps_what_nobody_has_read(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    talks.keep_first(waiter.seeker, waiter.case, HINT)
    queue.leave(waiter.seeker, waiter.case)

    queue.rejoin(waiter.seeker, waiter.case)

    assert is_hinted(waiter)


# --- reading ---------------------------------------------------------------------------------------------------------


def test_lines_are_marked_for_the_team_where_a_young_person_wrote_them(chat: Chat) -> None:
    said(chat, HINT)
    said(chat, "Hallo")
    world.say(chat.counsellor, chat.case, "Denkst du an Suizid?")

    marked = danger_words.marked(world.lines(chat.case), danger_words.of_team(world.row(chat.case).team_id))

    assert [(line.text, line.hinted) for line in marked if line.kind == "message"] == [
        (HINT, True),
        ("Hallo", False),
        ("Denkst du an Suizid?", False),
    ]
