"""The team's pages of letters from outside: who comes in, what addresses hold, what a refusal leaves on the page."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from counselling.cases.domain import closing, risk, tasks
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Case
from counselling.centre import defaults
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team
from tests.mail import team_world as lists
from tests.support import key_rings, world
from tests.support import letters as post
from tests.support.letters import Correspondents

NOBODYS = "3b1d8f0e-5c7a-4e52-9d11-0c6f7a2b9e44"
pytestmark = pytest.mark.django_db

ACTIONS = ("claim", "hand_over", "give_back", "remind", "close")


@pytest.fixture
def team(db: None) -> Team:
    defaults.ensure()
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


def browser(actor: Actor) -> Client:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def shown(actor: Actor, query: str = "") -> str:
    answer = browser(actor).get(f"{reverse('mail:team')}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def do(actor: Actor, name: str, made: Correspondents, **data: Any) -> Any:
    return browser(actor).post(reverse(f"mail:{name}", args=[made.case]), data)


# --- who comes in ----------------------------------------------------------------------------------------------------


def test_nobody_is_led_to_the_sign_in() -> None:
    answer = Client().get(reverse("mail:team"))
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("people:sign_in"))


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
@pytest.mark.parametrize("name", ["team", "team_state", "team_search"])
def test_who_never_reads_is_refused_and_that_is_noted(team: Team, role: str, name: str) -> None:
    post.asked(team)
    uli = world.staff(team, "Uli", role)

    answer = browser(uli).get(reverse(f"mail:{name}"))

    assert (answer.status_code, world.NICKNAME in answer.content.decode()) == (403, False)
    assert AuditEntry.objects.filter(event="content_refused", actor=uli.id).count() == 1


@pytest.mark.parametrize("name", ACTIONS)
def test_foreign_case_is_not_there(team: Team, name: str) -> None:
    made = post.claimed(team, world.counsellor(team, "Linde"))
    buche = world.counsellor(world.team("Buche"), "Buche")

    answer = do(buche, name, made, to=str(buche.id), ending="helped", on="2030-01-01")

    assert answer.status_code == 404
    assert world.row(made.case).state == Case.State.LETTERS


@pytest.mark.parametrize("name", ACTIONS[1:])
def test_colleague_s_case_is_not_there_either(team: Team, linde: Actor, name: str) -> None:
    made, mara = post.claimed(team, linde), world.counsellor(team, "Mara")
    assert do(mara, name, made, to=str(mara.id), ending="helped", on="2030-01-01").status_code == 404


# --- lists -----------------------------------------------------------------------------------------------------------


def test_list_shows_name_light_facts_and_a_button(team: Team, linde: Actor) -> None:
    facts = closing.facts.FactsInput(age_band="15_17", strain=5, topics=["family"])
    made = post.asked(team, facts=facts)
    lists.due_in(made.case, -1000, urgent=True, hinted=True)

    text = shown(linde)

    for words in (world.NICKNAME, "überfällig seit", "dringend", "Hinweis im Text", "15 bis 17", "Übernehmen"):
        assert words in text


@pytest.mark.parametrize(
    "query", ["?tab=x&scope=x&state=x&topic=x&page=x", "?page=-1", "?page=99999999999999", "?page=²"]
)
def test_broken_addresses_show_the_inbox(team: Team, linde: Actor, query: str) -> None:
    made = post.asked(team)
    assert str(made.case) in shown(linde, query)


@pytest.mark.parametrize("tab", ["inbox", "mine", "due", "answered", "reminders", "closed"])
def test_every_empty_list_says_so(linde: Actor, tab: str) -> None:
    assert 'data-testid="nothing"' in shown(linde, f"?tab={tab}")


def test_state_tells_numbers_only(team: Team, linde: Actor) -> None:
    post.asked(team)
    answer = browser(linde).get(reverse("mail:team_state"), headers={"Accept": "application/json"})
    assert answer.json() == {"inbox": 1, "mine": 0, "due": 0, "reminders": 0}


def test_navigation_counts_what_is_due_on_every_page(team: Team, linde: Actor) -> None:
    lists.due_in(post.asked(team).case, -1)
    badge = '<span data-number>1</span><span class="visually-hidden"> fällig</span>'
    for name in ("cases:desk", "people:sessions", "mail:team"):
        assert badge in browser(linde).get(reverse(name)).content.decode()


# --- search ----------------------------------------------------------------------------------------------------------


def search(actor: Actor, typed: str) -> Any:
    return browser(actor).post(reverse("mail:team_search"), {"nickname": typed})


def test_search_finds_by_post_and_never_by_address(team: Team, linde: Actor) -> None:
    post.asked(team)

    answer = search(linde, "otter")

    assert (answer.status_code, world.NICKNAME in answer.content.decode()) == (200, True)
    asked = browser(linde).get(f"{reverse('mail:team_search')}?nickname=otter")
    assert (asked.status_code, asked.headers["Location"]) == (302, reverse("mail:team"))


def test_search_for_nothing_and_for_nobody(team: Team, linde: Actor) -> None:
    post.asked(team)
    empty, nobody = search(linde, "  "), search(linde, "<b>Bus")
    assert (empty.status_code, "Tipp ein, wen du suchst." in empty.content.decode()) == (422, True)
    text = nobody.content.decode()
    assert ('data-testid="nothing"' in text, "&lt;b&gt;Bus" in text, "<b>Bus" in text) == (True, True, False)


# --- what is done with a case ----------------------------------------------------------------------------------------


def test_claim_leads_to_the_case_and_the_slower_one_is_told(team: Team, linde: Actor) -> None:
    made, mara = post.asked(team), world.counsellor(team, "Mara")

    won, lost = do(linde, "claim", made), do(mara, "claim", made)

    assert (won.status_code, won.headers["Location"].split("?")[0]) == (303, reverse("mail:case", args=[made.case]))
    assert lost.status_code == 303
    page = browser(mara).get(lost.headers["Location"]).content.decode()
    assert "Jemand aus dem Team war gerade schneller." in page


def test_hand_over_and_give_back(team: Team, linde: Actor) -> None:
    made, mara = post.claimed(team, linde), world.counsellor(team, "Mara")

    assert do(linde, "hand_over", made, to=str(mara.id), note="Bitte bald").status_code == 303
    assert world.row(made.case).keeper_id == mara.id
    assert do(mara, "give_back", made).status_code == 303
    assert world.row(made.case).keeper_id is None


@pytest.mark.parametrize("to", ["", "x", NOBODYS])
def test_refused_hand_over_keeps_the_note(team: Team, linde: Actor, to: str) -> None:
    made = post.claimed(team, linde)
    world.counsellor(team, "Mara")

    answer = do(linde, "hand_over", made, to=to, note="Nicht verlieren")

    text = answer.content.decode()
    assert answer.status_code in {404, 422}
    assert ("Nicht verlieren" in text, 'role="alert"' in text) == (True, True)
    assert world.row(made.case).keeper_id == linde.id


def test_note_that_is_too_long_is_kept_on_the_page(team: Team, linde: Actor) -> None:
    made = post.claimed(team, linde)
    answer = do(linde, "give_back", made, note="x" * 4001)
    assert (answer.status_code, "x" * 4001 in answer.content.decode()) == (422, True)
    assert world.row(made.case).keeper_id == linde.id


def test_reminder_by_form(team: Team, linde: Actor) -> None:
    made, today = post.claimed(team, linde), timezone.localdate()

    assert do(linde, "remind", made, on=today.isoformat()).status_code == 303
    assert "Erledigt" in shown(linde, "?tab=reminders")
    done = do(linde, "remind", made, forget="1", list="1")
    assert done.headers["Location"] == f"{reverse('mail:team')}?tab=reminders&said=forgotten"
    assert "Erledigt" not in shown(linde, "?tab=reminders")


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ((timezone.localdate() - dt.timedelta(days=1)).isoformat(), "Dieser Tag ist schon vorbei."),
        ("2999-01-01", "Das ist zu weit weg."),
        ("gestern", "Das ist kein Datum."),
    ],
)
def test_refused_reminder_says_why(team: Team, linde: Actor, on: str, sentence: str) -> None:
    answer = do(linde, "remind", post.claimed(team, linde), on=on)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_closing_with_a_farewell(team: Team, linde: Actor) -> None:
    made = post.claimed(team, linde)

    answer = do(linde, "close", made, ending="helped", topics=["family"], farewell="Alles Gute.")

    assert (answer.status_code, world.row(made.case).state) == (303, "closed")
    assert world.lines(made.case)[-2].text == "Alles Gute."
    assert world.NICKNAME in shown(linde, "?tab=closed")


def test_refused_closing_keeps_farewell_and_topics(team: Team, linde: Actor) -> None:
    made = post.claimed(team, linde)

    answer = do(linde, "close", made, topics=["family"], farewell="Nicht verlieren", letter=str(uuid.uuid4()))

    text = answer.content.decode()
    assert (answer.status_code, "Nicht verlieren" in text) == (422, True)
    assert 'value="family" checked' in text
    assert world.row(made.case).state == Case.State.LETTERS


# --- those who lead --------------------------------------------------------------------------------------------------


def test_load_shows_numbers_and_no_name(team: Team, linde: Actor) -> None:
    post.claimed(team, linde, nickname="Geheimer Otter")
    text = browser(world.staff(team, "Uli", "supervisor")).get(reverse("mail:load")).content.decode()
    assert ("Linde" in text, "Otter" in text) == (True, False)


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_load_is_for_those_who_lead(team: Team, role: str) -> None:
    answer = browser(world.staff(team, "Andere", role)).get(reverse("mail:load"))
    assert answer.status_code == 403


def test_reassign_by_form(team: Team, linde: Actor) -> None:
    made, mara = post.claimed(team, linde), world.counsellor(team, "Mara")
    uli, ref = world.staff(team, "Uli", "supervisor"), world.row(made.case).audit_ref

    def reassign(**data: object) -> Any:
        return browser(uli).post(reverse("mail:reassign"), data)

    nobody = reassign(ref=ref, to="")
    assert (nobody.status_code, "Wähle aus, wer weitermacht." in nobody.content.decode()) == (422, True)
    unknown = reassign(ref=uuid.uuid4(), to=mara.id)
    assert (unknown.status_code, 'data-testid="trouble"' in unknown.content.decode()) == (404, True)
    assert browser(linde).post(reverse("mail:reassign"), {"ref": ref, "to": mara.id}).status_code == 403
    assert world.row(made.case).keeper_id == linde.id
    assert reassign(ref=ref, to=mara.id).status_code == 303
    assert world.row(made.case).keeper_id == mara.id


def test_load_shows_all_of_one_person_and_comes_back_to_them(team: Team, linde: Actor) -> None:
    made, mara = post.claimed(team, linde), world.counsellor(team, "Mara")
    other, uli = post.claimed(team, mara), world.staff(team, "Uli", "supervisor")
    ref, foreign = (world.row(one.case).audit_ref for one in (made, other))
    post.send(linde, made.case, "Danke.")

    text = browser(uli).get(f"{reverse('mail:load')}?of={linde.id}").content.decode()
    moved = browser(uli).post(reverse("mail:reassign"), {"ref": ref, "to": mara.id, "of": linde.id})

    assert (f'value="{ref}"' in text, f'value="{foreign}"' in text, "beantwortet" in text) == (True, False, True)
    assert moved.headers["Location"] == f"{reverse('mail:load')}?of={linde.id}&said=reassigned"
    again = browser(uli).get(moved.headers["Location"]).content.decode()
    assert ('data-testid="said"' in again, 'data-testid="nothing"' in again) == (True, True)


@pytest.mark.parametrize("of", ["x", "nobody", NOBODYS])
def test_load_of_nobody(team: Team, of: str) -> None:
    uli = world.staff(team, "Uli", "supervisor")
    assert browser(uli).get(f"{reverse('mail:load')}?of={of}").status_code == 200


def test_list_says_danger_and_what_is_due_in_words(team: Team, linde: Actor) -> None:
    made, today = post.claimed(team, linde), timezone.localdate()
    risk.assess(linde, made.case, Assessment("orange", review_on=today, said="Sagt es"))
    tasks.add(linde, made.case, "Anrufen", today)

    text = shown(linde, "?tab=reminders")

    for words in ("Gefahr: orange", "Neu einschätzen: heute", "Aufgabe fällig: heute"):
        assert words in text
    assert "Erledigt" not in text  # an assessment and a task are done on the case's own page
