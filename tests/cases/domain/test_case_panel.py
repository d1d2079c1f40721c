"""The case panel: facts, notes and history of a case one is seated in."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from counselling.cases.domain import desk, drafts, handover, notes
from counselling.cases.models import Note
from counselling.errors import NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.cases.domain.test_desk import CODED, FACTS
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def test_the_panel_of_my_case(topics: None, team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara, facts=FACTS)
    drafts.keep(mara, chat.case, "Ich wollte noch")

    panel = desk.case_panel(mara, chat.case)

    json.dumps(panel)
    assert {key: panel[key] for key in ("case", "nickname", "state", "role", "facts", "seats", "draft", "notes")} == {
        "case": str(chat.case),
        "nickname": world.NICKNAME,
        "state": "active",
        "role": "counsellor",
        "facts": CODED,
        "seats": [{"role": "counsellor", "name": "Mara", "here": True}],
        "draft": "Ich wollte noch",
        "notes": [],
    }
    assert panel["opened_at"] == world.row(chat.case).opened_at.isoformat()
    assert [(row["code"], row["about"]) for row in panel["history"]] == [("chat_began", {"name": "Mara"})]
    assert panel["labels"]["age_band"] == "15 bis 17"
    assert {"code": "school", "label": panel["labels"]["topics"][0]} in panel["topics"]
    assert [ending["code"] for ending in panel["endings"]] == [
        "helped",
        "continues",
        "referred",
        "broke_off",
        "no_concern",
        "other",
    ]


def test_skipped_facts_have_empty_labels(topics: None, chat: Chat) -> None:
    labels = desk.case_panel(chat.counsellor, chat.case)["labels"]

    assert labels == {"for_whom": "", "age_band": "", "gender": "", "strain": "", "topics": []}


def test_the_panel_is_for_who_is_seated(team: Team, chat: Chat, jon: Actor) -> None:
    for case in (chat.case, uuid4()):
        with pytest.raises(NotFound):
            desk.case_panel(jon, case)

    handover.invite(chat.counsellor, chat.case, to=jon.id)
    assert desk.case_panel(jon, chat.case)["role"] == "consultant"

    handover.leave_seat(jon, chat.case)
    with pytest.raises(NotFound):
        desk.case_panel(jon, chat.case)


def test_calling_is_not_sitting(team: Team, mara: Actor) -> None:
    called = world.call(team, mara)

    with pytest.raises(NotFound):
        desk.case_panel(mara, called.case)


def test_history_is_newest_first_and_holds_no_messages(chat: Chat, jon: Actor) -> None:
    world.say(chat.seeker, chat.case, "Sentinel 7f3")
    handover.to_colleague(chat.counsellor, chat.case, to=jon.id)

    history = desk.case_panel(jon, chat.case)["history"]

    assert [row["code"] for row in history] == ["handed_over", "chat_began"]


def test_the_panel_costs_the_same_however_much_is_in_it(topics: None, team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara, facts=FACTS)
    costs = []
    for count in (1, 2, 47):
        for _ in range(count):
            notes.add(mara, chat.case, "Notiz")
            world.say(chat.seeker, chat.case)
        with CaptureQueriesContext(connection) as queries:
            desk.case_panel(mara, chat.case)
        costs.append(len(queries))

    assert costs[0] == costs[1] == costs[2]


def test_a_note_that_does_not_open_leaves_the_others_readable(chat: Chat) -> None:
    for text in ("eins", "zwei"):
        notes.add(chat.counsellor, chat.case, text)
    first, second = Note.objects.order_by("number")
    Note.objects.filter(pk=first.pk).update(sealed=second.sealed)

    assert [note["text"] for note in desk.case_panel(chat.counsellor, chat.case)["notes"]] == [None, "zwei"]
