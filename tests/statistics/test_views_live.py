"""The shift from outside: who comes in, what a script gets, what forms refuse, and that asking is no activity."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from counselling.cases.domain import risk
from counselling.cases.models import Case, Waiting
from counselling.centre import defaults
from counselling.centre.models import Centre
from counselling.people.domain.actors import Actor
from counselling.people.middleware import BY_ITSELF
from counselling.people.models import AuditEntry, Staff, StaffSession, Team
from counselling.statistics.domain import alerts
from counselling.statistics.domain.alerts import KINDS, Rule
from tests.cases.domain.risk_world import orange
from tests.mail import team_world as lists
from tests.support import key_rings, world
from tests.support import letters as post

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
PAGE, NOW = "/team/shift/", "/team/shift/now.json"


@pytest.fixture
def team(db: None) -> Team:
    defaults.ensure()
    return world.team()


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


def browser(actor: Actor) -> Client:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def form_of(team: Team) -> str:
    return reverse("statistics:shift_limits", args=[team.pk])


def filled(**more: str) -> dict[str, str]:
    """The form as it stands, with these fields otherwise."""
    return {f"{kind.code}-threshold": str(kind.default) for kind in KINDS} | {
        f"{kind.code}-active": "on" for kind in KINDS
    } | more  # fmt: skip


def busy(team: Team) -> None:
    """Something of every kind."""
    mara = world.counsellor(team, capacity=1)
    chat = world.chat(team, mara)
    world.say(chat.seeker, chat.case)
    since = timezone.now() - dt.timedelta(minutes=3)
    Case.objects.filter(pk=chat.case).update(unanswered_since=since)
    Waiting.objects.filter(case=chat.case).update(ended_at=since)
    risk.assess(mara, chat.case, orange())
    world.waiting(team, minutes=62)
    lists.due_in(post.asked(team).case, -5)


# --- who comes in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_others_are_refused(team: Team, role: str) -> None:
    other = browser(world.staff(team, "Andere", role))
    for path in (PAGE, NOW, form_of(team)):
        assert other.get(path).status_code == 403
    assert other.post(form_of(team), filled()).status_code == 403


def test_nobody_is_led_to_the_sign_in_and_a_script_is_refused(team: Team) -> None:
    for path in (PAGE, form_of(team)):
        answer = Client().get(path)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("people:sign_in"))
    assert Client().get(NOW, headers=JSON).status_code == 403


def test_foreign_teams_are_not_there(team: Team, uli: Actor) -> None:
    buche = world.team("Buche")
    busy(buche)
    page = browser(uli)

    assert "Buche" not in page.get(PAGE).content.decode()
    assert list(page.get(NOW).json()["teams"]) == [str(team.pk)]
    for number in (buche.pk, uuid.uuid4()):
        path = reverse("statistics:shift_limits", args=[number])
        assert (page.get(path).status_code, page.post(path, filled()).status_code) == (404, 404)


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_page_shows_numbers_and_nobody(team: Team, uli: Actor) -> None:
    busy(team)

    text = browser(uli).get(PAGE).content.decode()

    for words in ("1 Std. 2 Min.", "3 Min.", "1 ausgelastet", "0 rot, 1 orange", "Grenze erreicht: 10 Min."):
        assert words in text
    cases = [str(one) for pair in Case.objects.values_list("pk", "audit_ref") for one in pair]
    assert not [word for word in (world.NICKNAME, "Mara", *cases, *[case[:8] for case in cases]) if word in text]


def test_script_gets_the_same_in_words(team: Team, uli: Actor) -> None:
    busy(team)

    answer = browser(uli).get(NOW)

    found = answer.json()
    cells = found["teams"][str(team.pk)]
    assert {code: cell["text"] for code, cell in cells.items()} == {
        "waiting": "1",
        "longest_wait": "1 Std. 2 Min.",
        "unanswered": "3 Min.",
        "here": "1",
        "due_today": "0",
        "overdue": "1",
        "second_look": "1",
    }
    assert cells["here"]["detail"] == "1 ausgelastet"
    raised = {code: cell["alert"] for code, cell in cells.items() if cell["alert"]}
    assert raised == {
        "longest_wait": "Grenze erreicht: 10 Min.",
        "overdue": "Grenze erreicht: 1",
        "second_look": "Grenze erreicht: 1",
    }
    assert found["alerts"] == 3
    assert "no-store" in answer.headers["Cache-Control"]


def test_nothing_going_on_is_said_too(team: Team, uli: Actor) -> None:
    text = browser(uli).get(PAGE).content.decode()
    assert text.count("niemand") == 2
    assert "Grenze erreicht" not in text
    Staff.objects.get(pk=uli.id).teams.clear()
    assert "Du gehörst zu keinem Team." in browser(uli).get(PAGE).content.decode()
    assert browser(uli).get(NOW).json()["teams"] == {}


def test_in_english(team: Team, uli: Actor) -> None:
    busy(team)
    text = browser(uli).get(PAGE, headers={"Accept-Language": "en"}).content.decode()
    assert "Limit reached: 10 min" in text


def test_as_many_queries_for_three_teams_as_for_one(team: Team, uli: Actor) -> None:
    page = browser(uli)
    world.counsellor(team)  # without a vault in the house one query is not even asked
    page.get(PAGE)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert page.get(path).status_code == 200
        return len(caught)

    empty = [queries(path) for path in (PAGE, NOW)]
    for name in ("Buche", "Erle"):
        more = world.team(name)
        Staff.objects.get(pk=uli.id).teams.add(more)
        mara = world.counsellor(more, name, capacity=1)
        chat = world.chat(more, mara)
        risk.assess(mara, chat.case, orange())
        lists.due_in(post.asked(more).case, -5)
    assert [queries(path) for path in (PAGE, NOW)] == empty


# --- asking is no activity -------------------------------------------------------------------------------------------


def test_asking_keeps_nobody_signed_in(team: Team, uli: Actor) -> None:
    assert NOW in BY_ITSELF
    page = browser(uli)
    StaffSession.objects.update(active_at=timezone.now() - dt.timedelta(minutes=14))
    before = StaffSession.objects.get().active_at

    assert page.get(NOW, headers=JSON).status_code == 200
    assert StaffSession.objects.get().active_at == before

    StaffSession.objects.update(active_at=timezone.now() - dt.timedelta(minutes=16))
    assert page.get(NOW, headers=JSON).status_code == 423


# --- limits ----------------------------------------------------------------------------------------------------------


def test_limits_are_set_and_noted(team: Team, uli: Actor) -> None:
    page = browser(uli)

    answer = page.post(form_of(team), filled(**{"overdue-threshold": "7", "waiting_many-by_mail": "on"}))

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?saved")
    assert "gelten sofort" in page.get(f"{PAGE}?saved").content.decode()
    _team, rules = alerts.of_team(uli, team.pk)
    assert (rules["overdue"], rules["waiting_many"]) == (Rule(7), Rule(5, by_mail=True))
    codes = AuditEntry.objects.filter(event="alert_set").values_list("code", flat=True)
    assert sorted(codes) == ["overdue", "waiting_many"]
    assert 'value="7"' in page.get(form_of(team)).content.decode()


def test_a_missing_hook_switches_off(team: Team, uli: Actor) -> None:
    data = filled()
    del data["unanswered-active"]
    browser(uli).post(form_of(team), data)
    assert alerts.of_team(uli, team.pk)[1]["unanswered"] == Rule(5, active=False)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0", "Kleiner als 1 geht nicht."),
        ("-3", "Kleiner als 1 geht nicht."),
        ("1000", "Höchstens 999 geht."),
        ("9" * 5000, "Trag eine ganze Zahl ein."),
        ("viele", "Trag eine ganze Zahl ein."),
        ("1,5", "Trag eine ganze Zahl ein."),
        ("", "Trag eine ganze Zahl ein."),
    ],
)
def test_what_is_no_limit_is_refused_kindly(team: Team, uli: Actor, typed: str, says: str) -> None:
    answer = browser(uli).post(form_of(team), filled(**{"overdue-threshold": typed, "waiting_many-threshold": "3"}))

    text = answer.content.decode()
    assert (answer.status_code, says in text, "Noch nichts gespeichert." in text) == (422, True, True)
    assert 'aria-describedby="id_overdue-threshold_error"' in text
    assert 'name="waiting_many-threshold" value="3"' in text
    assert not AuditEntry.objects.filter(event="alert_set").exists()


def test_every_field_with_trouble_says_so(team: Team, uli: Actor) -> None:
    answer = browser(uli).post(form_of(team), {})
    assert answer.content.decode().count("Trag eine ganze Zahl ein.") == len(KINDS)


def test_whether_mail_goes_out_is_said_before(team: Team, uli: Actor) -> None:
    page = browser(uli)
    assert "gerade keine ab" in page.get(form_of(team)).content.decode()
    Centre.objects.update_or_create(pk=1, defaults={"alert_email": "leitung@example.org"})
    text = page.get(form_of(team)).content.decode()
    assert "höchstens einmal in der Stunde" in text
    assert "leitung@example.org" not in text
