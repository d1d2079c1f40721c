"""The case panel and the coded answers that a counsellor corrects."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import (
    agreements,
    consultation,
    emergency,
    fact_editing,
    notes,
    panel,
    risk,
    risk_records,
    risk_words,
    tasks,
)
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.risk_content import Assessment
from counselling.centre.models import Topic
from counselling.errors import Invalid, NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.cases import panel_world
from tests.cases.domain.test_desk import CODED, FACTS
from tests.cases.domain.test_leaks import cells
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def test_the_panel_shows_all_there_is(topics: None, team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara, facts=FACTS)
    agreements.write(mara, chat.case, "Bis Dienstag")
    tasks.add(mara, chat.case, "Anrufen")
    notes.add(mara, chat.case, "Vorsichtig fragen")
    risk.assess(mara, chat.case, Assessment("red"))

    shown = panel.of_case(mara, chat.case)

    assert shown.nickname == world.NICKNAME
    assert shown.labels["age_band"] == "15 bis 17"
    assert shown.labels["language"] == "Українська"
    assert shown.agreement
    assert (shown.agreement.text, shown.open_tasks, len(shown.notes)) == ("Bis Dienstag", 1, 1)
    assert shown.risk
    assert (shown.risk.level, shown.red, shown.unseen) == ("red", True, True)
    assert world.NICKNAME not in repr(shown)
    assert "Bis Dienstag" not in repr(shown)
    assert AuditEntry.objects.filter(event="case_opened", actor=mara.id).count() == 1


def test_an_empty_panel(chat: Chat) -> None:
    shown = panel.of_case(chat.counsellor, chat.case)

    assert (shown.agreement, shown.risk, shown.red, shown.unseen, shown.open_tasks) == (None, None, False, False, 0)
    assert set(shown.labels.values()) == {"", "Deutsch"}


def test_the_panel_costs_the_same_for_one_and_for_three(chat: Chat) -> None:
    costs = []
    for more in (1, 2):
        for _ in range(more):
            tasks.add(chat.counsellor, chat.case, f"Anrufen {timezone.now()}")
            notes.add(chat.counsellor, chat.case, "Notiz")
            risk.assess(chat.counsellor, chat.case, Assessment("red", said=str(timezone.now())))
            agreements.write(chat.counsellor, chat.case, f"Bis {timezone.now()}")
        panel.of_case(chat.counsellor, chat.case)
        with CaptureQueriesContext(connection) as queries:
            panel.of_case(chat.counsellor, chat.case)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_panel_is_for_who_is_seated_from_the_team(team: Team, chat: Chat, jon: Actor) -> None:
    for actor, error in (
        (chat.seeker, NotAllowed),
        (jon, NotFound),
        (world.staff(team, "Lea", "supervisor"), NotAllowed),
        (world.staff(team, "Tek", "administrator"), NotAllowed),
    ):
        with pytest.raises(error):
            panel.of_case(actor, chat.case)
        with pytest.raises(error):
            fact_editing.current(actor, chat.case)
        with pytest.raises(error):
            fact_editing.change(actor, chat.case, FactsInput())


def test_answers_are_corrected_and_only_that_is_noted(topics: None, chat: Chat) -> None:
    wanted = FactsInput(
        for_whom="other", age_band="12_14", gender="divers", language="en", strain=3, topics=["school", "family"]
    )

    assert fact_editing.change(chat.counsellor, chat.case, wanted)
    assert not fact_editing.change(chat.counsellor, chat.case, wanted)

    known = fact_editing.current(chat.counsellor, chat.case)
    assert (known.age_band, known.language, known.strain, known.topics) == ("12_14", "en", 3, ["family", "school"])
    entry = AuditEntry.objects.get(event="facts_changed")
    assert (entry.actor, entry.code, entry.subject) == (chat.counsellor.id, "", None)


def test_answers_can_be_taken_away(topics: None, team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara, facts=FACTS)

    assert fact_editing.change(mara, chat.case, FactsInput())

    assert fact_editing.current(mara, chat.case) == FactsInput(language=FACTS.language)
    assert CODED["age_band"] == FACTS.age_band


def test_a_topic_that_was_switched_off_may_stay_and_is_not_offered_anew(topics: None, chat: Chat) -> None:
    fact_editing.change(chat.counsellor, chat.case, FactsInput(topics=["school"]))
    Topic.objects.filter(code="school").update(active=False)

    assert fact_editing.change(chat.counsellor, chat.case, FactsInput(strain=2, topics=["school"]))
    assert ("school", Topic.objects.get(code="school").name) in fact_editing.topics(["school"])
    assert "school" not in dict(fact_editing.topics([]))

    fact_editing.change(chat.counsellor, chat.case, FactsInput())
    with pytest.raises(Invalid):
        fact_editing.change(chat.counsellor, chat.case, FactsInput(topics=["school"]))


def test_known_and_new_topics_together_have_a_limit(topics: None, chat: Chat) -> None:
    codes = list(Topic.objects.filter(active=True).values_list("code", flat=True))
    fact_editing.change(chat.counsellor, chat.case, FactsInput(topics=codes[:6]))

    with pytest.raises(Invalid):
        fact_editing.change(chat.counsellor, chat.case, FactsInput(topics=codes[:11]))


@pytest.mark.parametrize(
    "wanted",
    [
        FactsInput(age_band="99"),
        FactsInput(gender="x"),
        FactsInput(strain=9),
        FactsInput(language="Deutsch, aber langsam"),
        FactsInput(topics=["never"]),
    ],
)
def test_codes_that_were_never_offered_are_refused(topics: None, chat: Chat, wanted: FactsInput) -> None:
    with pytest.raises(Invalid):
        fact_editing.change(chat.counsellor, chat.case, wanted)

    assert fact_editing.current(chat.counsellor, chat.case) == FactsInput(language="de")


def test_a_language_is_called_in_its_own_words() -> None:
    assert [fact_editing.language_name(code) for code in ("tr", "xx")] == ["Türkçe", "xx"]


def test_no_text_of_the_panel_stands_anywhere_in_clear(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    word = "Sentinel7f3"
    with caplog.at_level(logging.DEBUG):
        agreements.write(chat.counsellor, chat.case, f"{word} Vereinbarung")
        tasks.add(chat.counsellor, chat.case, f"{word} Aufgabe")
        said = dict.fromkeys(risk_words.TEXTS, f"{word} gesagt")
        risk.assess(chat.counsellor, chat.case, Assessment("red", **said))  # type: ignore[arg-type] # texts alone
        emergency.tell_where(chat.seeker, chat.case, f"{word} Bahnhof")
        kim = panel_world.consulted(chat)
        number = consultation.ask(chat.counsellor, chat.case, to=kim.id, text=f"{word} Frage")
        consultation.answer(kim, number, f"{word} Antwort")
        shown = panel.of_case(chat.counsellor, chat.case)
        for record in risk_records.listed(chat.counsellor):
            assert word in str(told_in(risk_records.opened(chat.counsellor, record.id)))
        emergency.unseen(timezone.now())

    assert word in f"{shown.agreements[0].text} {shown.tasks[0].text} {shown.told[0].text}"
    assert word not in repr(shown)
    assert word not in caplog.text
    assert [cell for cell in cells() if word.encode() in cell] == []


def told_in(record: risk_records.RecordView) -> str:
    return record.content.said if record.content else ""
