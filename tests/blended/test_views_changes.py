"""The pages of another way, and their scripts' words: by form and by JSON, for both sides, and nobody else."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from blended.domain import changes, together
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.blended import changes_world as ways
from tests.support import browser_letters, key_rings, letters, world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def relay(settings: object) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example:3478"], "s" * 32  # type: ignore[attr-defined]


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def chat(team: Team, mara: Actor) -> Chat:
    return world.chat(team, mara)


@pytest.fixture
def young(chat: Chat) -> Client:
    return browser_letters.signed_in(chat.seeker)


@pytest.fixture
def desk(mara: Actor) -> Client:
    return staff(mara)


def staff(actor: Actor) -> Client:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def post(client: Client, path: str, **data: Any) -> Any:
    answer = client.post(path, json.dumps(data, default=str), content_type="application/json", headers=JSON)
    return answer.status_code, answer.json()


def test_the_young_person_sees_every_way_and_what_it_means(young: Client, chat: Chat) -> None:
    page = young.get("/change/").content.decode()

    assert page.count('data-testid="ask-') == 3
    assert page.count("Niemand nimmt") + page.count("niemand nimmt") == 2
    answer = young.post("/change/", {"to": "voice"})
    assert (answer.status_code, answer["Location"]) == (303, "/chat/")
    assert changes.part(chat.seeker, chat.case, lock=False)
    assert 'data-testid="unpropose"' in young.get("/chat/").content.decode()


def test_a_refusal_is_said_kindly_and_leads_on(young: Client) -> None:
    answer = young.post("/change/", {"to": "mail"})

    assert answer.status_code == 409
    assert 'data-testid="keep"' in answer.content.decode()
    assert young.post("/change/", {"to": "pigeon"}).status_code == 422
    assert young.post("/change/answer/", {"change": "x", "answer": "yes"}).status_code == 422


def test_yes_without_a_script_in_the_inbox(team: Team, mara: Actor) -> None:
    made = letters.claimed(team, mara)
    asked = changes.propose(mara, made.case, "chat")
    client = browser_letters.signed_in(made.seeker)
    assert f'value="{asked}"' in client.get("/inbox/").content.decode()

    answer = client.post("/change/answer/", {"change": asked, "answer": "yes"})

    assert (answer.status_code, answer["Location"]) == (303, "/chat/")
    assert world.row(made.case).state == "waiting"


def test_no_without_a_script(young: Client, chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")

    assert young.post("/change/answer/", {"change": asked, "answer": "no"})["Location"] == "/chat/"

    assert ways.row(asked).state == "refused"
    assert young.post("/change/answer/", {"change": asked, "answer": "yes"}).status_code == 409


def test_the_cards_script_is_told_how_it_stands(young: Client, desk: Client, chat: Chat) -> None:
    status, mine = post(desk, "/team/change/propose/", case=chat.case, to="voice", reason="nearer")
    assert (status, mine["state"], mine["meeting"]) == (200, "mine", "")
    now = young.get("/change/now/", headers=JSON).json()
    assert (now["state"], now["talk"], len(now["anonymity"])) == ("asked", True, 2)

    status, ready = post(young, "/change/answer/", change=now["change"], answer="video")

    assert (status, ready["state"]) == (200, "ready")
    there = desk.get(f"/team/change/now/?case={chat.case}", headers=JSON).json()
    assert ready["meeting"].startswith("/meeting/")
    assert there["meeting"] == "/team" + ready["meeting"]
    assert young.get(ready["meeting"]).status_code == 200
    status, back = post(desk, "/team/change/answer/", change=now["change"], answer="undo")
    assert (status, back["state"]) == (200, "")


def test_the_desks_page_proposes_answers_and_tells_the_course(desk: Client, chat: Chat) -> None:
    path = f"/team/case/{chat.case}/change/"
    assert desk.post(path, {"to": "voice", "reason": "crisis"}).status_code == 303
    page = desk.get(path).content.decode()
    assert 'data-testid="history"' in page
    assert ways.counted() == []
    change = UUID(page.split('name="change" value="')[1][:36])
    assert desk.post(path, {"change": change, "answer": "withdraw"}).status_code == 303
    assert desk.post(path, {"change": change, "answer": "withdraw"}).status_code == 303
    assert desk.post(path, {"to": "onsite", "reason": ""}).status_code == 422
    assert ways.row(change).reason == "crisis"


def test_nobody_else_sees_or_answers_anything(team: Team, chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")
    ole, stranger = staff(world.counsellor(team, "Ole")), browser_letters.signed_in(letters.writer(team).seeker)
    assert ole.get(f"/team/case/{chat.case}/change/").status_code == 404
    assert ole.get(f"/team/change/now/?case={chat.case}", headers=JSON).status_code == 404
    assert ole.get(f"/team/case/{chat.case}/together/").status_code == 404
    for path in ("/team/change/propose/", "/team/together/step/"):
        assert post(ole, path, case=chat.case, to="voice", step="begin")[0] in {404, 422}
    assert post(stranger, "/change/answer/", change=asked, answer="yes")[0] == 404
    assert post(stranger, "/change/answer/", change=uuid4(), answer="yes")[0] == 404
    assert post(stranger, "/together/write/", case=chat.case, purpose="agreement", text="x", version=1)[0] == 404
    assert Client().get("/change/").status_code == 302
    assert Client().get("/together/now/", headers=JSON).status_code == 404
    supervisor = staff(world.staff(team, "Ulla", "supervisor"))
    assert supervisor.get(f"/team/case/{chat.case}/together/").status_code == 403


def test_a_text_is_written_and_approved_without_a_script(young: Client, desk: Client, chat: Chat) -> None:
    path = f"/team/case/{chat.case}/together/"
    assert 'data-testid="begin-together"' in desk.get(path).content.decode()
    assert desk.post(path, {"step": "begin"}).status_code == 303
    assert desk.post(path, {"step": "save", "text": "Wir schreiben.", "version": 1}).status_code == 303
    assert desk.post(path, {"step": "approve", "text": "Wir schreiben.", "version": 2}).status_code == 303
    assert "Wir schreiben." in young.get("/together/").content.decode()
    assert "/together/" in young.get("/chat/").content.decode()

    stale = young.post("/together/", {"step": "save", "text": "Ich auch.", "version": 1})
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "Ich auch." in page
    assert 'data-testid="both-plain"' in page
    answer = young.post("/together/", {"step": "approve", "text": "Wir schreiben.", "version": 2})

    assert answer.status_code == 303
    assert 'data-testid="kept-plain"' in young.get(answer["Location"]).content.decode()
    assert together.read(chat.seeker, chat.case) is None
    assert "agreed" in world.notices(chat.case)


def test_the_texts_script_writes_and_hears(young: Client, desk: Client, chat: Chat) -> None:
    who = {"case": chat.case, "purpose": "agreement"}
    assert post(desk, "/team/together/step/", case=chat.case, step="begin")[1]["state"] == "open"
    status, wrote = post(young, "/together/write/", **who, text="Von mir. ", version=1)
    assert (status, wrote["saved"], wrote["version"], wrote["text"]) == (200, True, 2, "Von mir. ")
    stale = post(desk, "/team/together/write/", **who, text="Von uns.", version=1)[1]
    assert (stale["saved"], stale["text"]) == (False, "Von mir. ")
    now = desk.get(f"/team/together/now/?case={chat.case}&purpose=agreement", headers=JSON).json()
    assert (now["writing"], now["version"]) == (True, 2)
    assert post(young, "/together/step/", case=chat.case, step="approve", version=1)[1]["saved"] is False
    assert post(young, "/together/step/", case=chat.case, step="approve", version=2)[1]["mine"] is True
    assert post(young, "/together/step/", case=chat.case, step="object", version=2)[1]["mine"] is False
    assert post(young, "/together/step/", case=chat.case, step="discard", version=2)[0] == 422
    assert post(young, "/together/write/", **who, text="x" * 1001, version=2)[0] == 422
    gone = post(desk, "/team/together/step/", case=chat.case, step="discard", version=2)[1]
    assert (gone["state"], gone["kept"]) == ("none", "")


def test_looking_by_itself_keeps_no_screen_open(desk: Client, mara: Actor, chat: Chat) -> None:
    from counselling.people.models import StaffSession  # noqa: PLC0415 -- only here

    before = StaffSession.objects.get(staff=mara.id).active_at
    for path in ("/team/change/now/?case={}", "/team/together/now/?case={}&purpose=agreement"):
        assert desk.get(path.format(chat.case), headers=JSON).status_code == 200
    assert StaffSession.objects.get(staff=mara.id).active_at == before


def test_after_a_visit_the_question_stays_in_the_inbox_until_it_is_answered(team: Team, mara: Actor) -> None:
    made = letters.claimed(team, mara)
    together.begin(mara, made.case, "Wir treffen uns wieder.")
    together.approve(mara, made.case, 1)
    client = browser_letters.signed_in(made.seeker)
    assert 'data-text="mine"' in client.get("/inbox/").content.decode()

    client.post("/together/", {"step": "object", "text": "", "version": 1})

    assert 'data-text="open"' in client.get("/inbox/").content.decode()
