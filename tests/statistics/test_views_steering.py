"""The pages of steering: who sees them, what they keep of what was typed, and what young people see of it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import django
import pytest
from django.test import Client
from django.utils import timezone

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from django.urls import reverse

from counselling.centre import defaults
from counselling.centre.domain import help_store
from counselling.centre.models import Announcement, HelpContact, HoursException, OpeningHour, Topic
from counselling.mail.models import Absence, OnCall
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db

LISTS = ("steering", *(f"steering_{name}" for name in (
    "hours", "announcements", "help", "help_new", "topics", "capacity", "on_call", "absences"
)))  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    help_store.forget()
    yield
    help_store.forget()


@pytest.fixture
def team(db: None) -> Team:
    defaults.ensure()
    return world.team(is_open=False)


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


@pytest.fixture
def lead(uli: Actor) -> Client:
    return browser(uli)


def browser(actor: Actor | None) -> Client:
    client = Client()
    if actor:
        key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def at(name: str, *arguments: object) -> str:
    return reverse(f"statistics:{name}", args=arguments)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def filled(answer: Any, form: str = "form") -> dict[str, str]:
    """What a browser sends when nothing is changed."""
    shown = answer.context[form]
    values = {name: shown[name].value() for name in shown.fields}
    shapes = {
        name: shown.fields[name].prepare_value(value) if value is not None else "" for name, value in values.items()
    }
    return {
        name: value.strftime(shown.fields[name].widget.format) if hasattr(value, "strftime") else value
        for name, value in shapes.items()
        if value is not False
    }


def pages(team: Team) -> list[str]:
    """Every address of steering, of things that are there."""
    now = timezone.now()
    said = Announcement.objects.create(text="Zu", begins=now, ends=now + dt.timedelta(hours=1))
    return [
        *map(at, LISTS),
        at("steering_hours_of", team.pk, "chat"),
        at("steering_announcement", said.pk),
        at("steering_help_one", HelpContact.objects.all()[0].pk),
        at("steering_topic", Topic.objects.all()[0].pk),
    ]


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_other_roles_are_refused_everywhere(team: Team, role: str) -> None:
    client = browser(world.staff(team, "Andere", role))
    for page in pages(team):
        assert client.get(page).status_code == 403, page
        assert client.post(page, {"step": "save", "drop": "1"}).status_code in {403, 405}, page
    assert not OpeningHour.objects.exists()
    assert Announcement.objects.exists()


def test_nobody_gets_in_without_signing_in(team: Team) -> None:
    for page in pages(team):
        answer = browser(None).get(page)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/team/sign-in/"), page


def test_those_who_lead_see_every_page_in_both_languages(lead: Client, team: Team) -> None:
    for page in pages(team):
        for language in ("de", "en"):
            answer = lead.get(page, headers={"Accept-Language": language})
            assert answer.status_code == 200, page


def test_other_teams_and_what_is_gone(lead: Client) -> None:
    buche = world.team("Buche")
    theirs = OnCall.objects.create(team=buche, place=1, staff_id=world.staff(buche, "Kim").id, email="kim@example.org")
    for page in (
        at("steering_hours_of", buche.pk, "chat"),
        at("steering_hours_of", uuid4(), "chat"),
        at("steering_announcement", 99999),
        at("steering_help_one", 99999),
        at("steering_topic", 99999),
    ):
        assert lead.get(page).status_code == 404, page
        assert lead.post(page, {"step": "save"}).status_code == 404, page
    for page, sent in (
        ("steering_capacity", {"team": buche.pk, "default": 3}),
        ("steering_capacity", {"team": "x"}),
        ("steering_on_call", {"team": buche.pk}),
        ("steering_on_call", {"entry": theirs.pk, "step": "drop"}),
        ("steering_on_call", {"entry": "x"}),
        ("steering_help", {"up": 99999}),
        ("steering_topics", {"off": 99999}),
        ("steering_announcements", {"drop": "x"}),
    ):
        assert lead.post(at(page), sent).status_code == 404, (page, sent)
    assert "Buche" not in text(lead.get(at("steering_on_call"))) + text(lead.get(at("steering")))


def test_the_overview_costs_the_same_for_one_team_and_three(
    lead: Client, uli: Actor, django_assert_num_queries: Any
) -> None:
    from django.db import connection  # noqa: PLC0415 -- as above: the apps come first
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- as above

    lead.get(at("steering"))
    with CaptureQueriesContext(connection) as one:
        lead.get(at("steering"))
    for name in ("Ahorn", "Buche"):
        made = world.team(name)
        Staff.objects.get(pk=uli.id).teams.add(made)
        person = world.staff(made, f"Kim {name}").id
        OnCall.objects.create(team=made, place=1, staff_id=person, email="kim@example.org")
    with django_assert_num_queries(len(one)):
        page = text(lead.get(at("steering")))
    assert "2 Personen werden gerufen." in page


# --- Hours -----------------------------------------------------------------------------------------------------------


def test_a_week_is_saved_and_the_start_page_says_so(lead: Client, team: Team) -> None:
    page = at("steering_hours_of", team.pk, "chat")
    sent = filled(lead.get(page), "week") | {"opens-0-0": "14:00", "closes-0-0": "18:30", "step": "save"}

    answer = lead.post(page, sent, follow=True)

    assert "Gespeichert." in text(answer)
    assert "14 bis 18:30 Uhr" in text(answer)
    assert "Montag, 14 bis 18:30 Uhr" in text(lead.get(at("steering_hours")))
    assert "Montag, 14 bis 18:30 Uhr" in text(Client().get("/help/")) + text(Client().get("/easy/")) + text(
        Client().get("/")
    )
    assert [entry.event for entry in AuditEntry.objects.all()] == ["hours_changed"]
    assert len(lead.get(page).context["week"].days[0][1]) == 2  # one more line than there are times


def test_a_refused_week_keeps_what_was_typed(lead: Client, team: Team) -> None:
    page = at("steering_hours_of", team.pk, "chat")
    sent = filled(lead.get(page), "week") | {
        "opens-0-0": "14:00",
        "closes-0-0": "18:00",
        "opens-0-1": "17:00",
        "closes-0-1": "19:00",
        "opens-1-0": "9:00",
        "opens-2-0": "abends",
        "closes-2-0": "25:00",
    }

    wrong = lead.post(page, sent | {"step": "save"})
    overlapping = lead.post(page, sent | {"opens-1-0": "", "opens-2-0": "", "closes-2-0": "", "step": "save"})
    tried = lead.post(page, sent | {"opens-1-0": "", "opens-2-0": "", "closes-2-0": "", "step": "try"})

    assert (wrong.status_code, overlapping.status_code, tried.status_code) == (422, 422, 422)
    assert "Hier fehlt eine Uhrzeit." in text(wrong)
    assert "Das ist keine Uhrzeit." in text(wrong)
    assert 'value="abends"' in text(wrong)
    assert overlapping.context["week"]["closes-0-1"].errors == [
        "Diese Zeit überschneidet sich mit einer anderen an diesem Tag."
    ]
    assert not OpeningHour.objects.exists()


def test_trying_out_shows_what_would_be_and_keeps_nothing(lead: Client, team: Team) -> None:
    page = at("steering_hours_of", team.pk, "chat")
    sent = filled(lead.get(page), "week") | {"opens-3-0": "07:00", "closes-3-0": "08:00", "step": "try"}

    answer = lead.post(page, sent)

    assert answer.status_code == 200
    assert text(answer).count("7 bis 8 Uhr") == 2
    assert 'value="07:00"' in text(answer)
    assert not OpeningHour.objects.exists()
    assert lead.post(page, sent | {"opens-3-0": "sieben"}).status_code == 422


def test_a_colleague_was_first_and_saving_again_is_meant(lead: Client, team: Team) -> None:
    page = at("steering_hours_of", team.pk, "chat")
    sent = filled(lead.get(page), "week") | {"opens-0-0": "14:00", "closes-0-0": "18:00", "step": "save"}
    OpeningHour.objects.create(team=team, weekday=5, opens=dt.time(10), closes=dt.time(11))

    answer = lead.post(page, sent)

    assert answer.status_code == 409
    assert "Das hat inzwischen jemand anderes geändert." in text(answer)
    assert "10 bis 11 Uhr" in text(answer)
    assert 'value="14:00"' in text(answer)
    again = sent | {"seen": answer.context["week"]["seen"].value()}
    assert lead.post(page, again).status_code == 303
    assert OpeningHour.objects.get().weekday == 0


def test_special_days_come_and_go(lead: Client, team: Team) -> None:
    page, day = at("steering_hours_of", team.pk, "chat"), timezone.localdate() + dt.timedelta(days=2)
    sent = {"step": "add", "kind": "also", "first": f"{day:%d.%m.%Y}", "opens": "10:00", "closes": "11:00"}

    assert "Eingetragen." in text(lead.post(page, sent, follow=True))
    shown = lead.get(page)
    assert "zusätzlich 10 bis 11 Uhr" in text(shown)
    assert [one.text for one in shown.context["preview"] if one.special] == ["10 bis 11 Uhr"]
    lead.post(page, {"step": "drop", "day": f"{day:%Y-%m-%d}"})
    assert not HoursException.objects.exists()
    assert lead.post(page, {"step": "drop", "day": "morgen"}).status_code == 404


def test_a_refused_special_day_keeps_what_was_typed(lead: Client, team: Team) -> None:
    page, day = at("steering_hours_of", team.pk, "chat"), timezone.localdate() - dt.timedelta(days=1)
    sent = {"step": "add", "kind": "instead", "first": f"{day:%Y-%m-%d}", "opens": "10:00", "closes": "09:00"}

    answer = lead.post(page, sent)
    empty = lead.post(page, {"step": "add"})

    assert (answer.status_code, empty.status_code) == (422, 422)
    assert "Dieser Tag ist schon vorbei." in text(answer)
    assert 'value="10:00"' in text(answer)
    assert "Wähle aus, was anders ist." in text(empty)


# --- Announcements ---------------------------------------------------------------------------------------------------


def test_an_announcement_stands_on_the_pages_of_young_people_alone(lead: Client) -> None:
    page = at("steering_announcements")
    sent = filled(lead.get(page)) | {"text": "Heute ab 16 Uhr ist zu & <3.", "text_en": "Closed from 4 pm."}

    assert lead.post(page, sent).status_code == 303

    for address in ("/", "/help/", "/easy/", "/privacy/", "/letter/", "/gibt-es-nicht/"):
        assert "Heute ab 16 Uhr ist zu &amp; &lt;3." in text(Client().get(address)), address
    assert "Closed from 4 pm." in text(Client().get("/", headers={"Accept-Language": "en"}))
    assert 'data-testid="announcement"' not in text(lead.get("/team/")) + text(lead.get(page))
    number = Announcement.objects.get().pk
    assert "jetzt zu sehen" in text(lead.get(page))
    assert lead.post(page, {"drop": number}).status_code == 303
    assert 'data-testid="announcement"' not in text(Client().get("/"))


def test_an_announcement_is_changed_unless_a_colleague_was_first(lead: Client) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    row = Announcement.objects.create(text="Alt", begins=now, ends=now + dt.timedelta(hours=2))
    page = at("steering_announcement", row.pk)
    sent = filled(lead.get(page)) | {"text": "Neu"}
    Announcement.objects.update(text="Von Kim")

    answer = lead.post(page, sent)
    again = lead.post(page, sent | {"seen": answer.context["form"]["seen"].value()})

    assert (answer.status_code, again.status_code) == (409, 303)
    assert "Von Kim" in text(answer)
    assert "Neu</textarea>" in text(answer)
    row.refresh_from_db()
    assert (row.text, row.begins) == ("Neu", now)


def test_a_refused_announcement_keeps_what_was_typed(lead: Client) -> None:
    page = at("steering_announcements")
    answer = lead.post(page, filled(lead.get(page)) | {"text": "x" * 301, "begins": "nie"})

    assert answer.status_code == 422
    assert "x" * 301 in text(answer)
    assert "Diesen Tag oder diese Uhrzeit gibt es nicht." in text(answer)
    assert not Announcement.objects.exists()


# --- Help contacts ---------------------------------------------------------------------------------------------------


def test_a_contact_is_entered_changed_and_moved(lead: Client) -> None:
    page = at("steering_help_new")
    sent = filled(lead.get(page)) | {"name": "Sorgenfon", "number": "069 1234", "languages": ["de", "tr"]}

    assert lead.post(page, sent | {"opens-0-0": "09:00", "closes-0-0": "17:00"}).status_code == 303
    row = HelpContact.objects.get(name="Sorgenfon")
    one = at("steering_help_one", row.pk)
    shown = lead.get(one)
    assert 'value="09:00"' in text(shown)
    assert lead.post(one, filled(shown) | {"note": "Für alle", "link": "sorgen.example"}).status_code == 303
    row.refresh_from_db()
    assert (row.note, row.link, row.languages) == ("Für alle", "https://sorgen.example", "de, tr")
    assert lead.post(at("steering_help"), {"up": row.pk}).status_code == 303
    assert [entry.code for entry in AuditEntry.objects.order_by("at")] == ["added", "", "order"]


def test_the_last_one_to_write_to_cannot_be_hidden(lead: Client) -> None:
    HelpContact.objects.exclude(code__in=["112", "116123", "krisenchat"]).delete()
    page = at("steering_help_one", HelpContact.objects.get(code="krisenchat").pk)
    sent = filled(lead.get(page)) | {"note": "Mein Hinweis"}
    del sent["active"]

    answer = lead.post(page, sent)

    assert answer.status_code == 422
    assert "niemand zum Schreiben" in text(answer)
    assert "Mein Hinweis" in text(answer)
    assert HelpContact.objects.get(code="krisenchat").active


def test_hours_without_anybody_are_said(lead: Client) -> None:
    assert 'data-testid="gaps"' not in text(lead.get(at("steering_help")))
    HelpContact.objects.filter(channel="written").delete()

    page = text(lead.get(at("steering_help")))

    assert "In 168 Stunden der Woche fehlt jemand." in page
    assert "Montag, 0 bis 1 Uhr: niemand zum Schreiben" in page
    assert "In 168 Stunden der Woche fehlt jemand." in text(lead.get(at("steering")))


def test_a_refused_contact_keeps_what_was_typed(lead: Client) -> None:
    answer = lead.post(at("steering_help_new"), {"name": "Wunschfon", "languages": [], "opens-0-0": "10:00"})

    assert answer.status_code == 422
    assert 'value="Wunschfon"' in text(answer)
    assert 'value="10:00"' in text(answer)
    assert "Hier fehlt eine Uhrzeit." in text(answer)


# --- Topics ----------------------------------------------------------------------------------------------------------


def test_topics_are_entered_renamed_switched_and_moved(lead: Client) -> None:
    page = at("steering_topics")
    assert lead.post(page, {"label": "Sport", "label_en": "Sports"}).status_code == 303
    row = Topic.objects.get(code="sport")
    for sent in ({"up": row.pk}, {"down": row.pk}, {"off": row.pk}, {"on": row.pk}):
        assert lead.post(page, sent).status_code == 303
    one = at("steering_topic", row.pk)
    sent = filled(lead.get(one)) | {"label": "Sport und Spiel"}
    Topic.objects.filter(pk=row.pk).update(label="Spiel")
    answer = lead.post(one, sent)
    assert (answer.status_code, "Sport und Spiel" in text(answer)) == (409, True)
    assert lead.post(one, sent | {"seen": answer.context["form"]["seen"].value()}).status_code == 303
    assert lead.post(page, {"label": "FAMILIE"}).status_code == 422
    Topic.objects.exclude(pk=row.pk).update(active=False)
    assert "Ein Thema muss angeboten werden." in text(lead.post(page, {"off": row.pk}))


# --- Teams -----------------------------------------------------------------------------------------------------------


def test_chats_at_once(lead: Client, team: Team) -> None:
    mara = world.staff(team, "Mara").id
    page = at("steering_capacity")
    form = lead.get(page).context["forms"][0]
    sent = {"team": team.pk, "seen": form["seen"].value(), "default": "3", f"{mara}": "1"}

    assert lead.post(page, sent | {"default": "99"}).status_code == 422
    assert lead.post(page, sent).status_code == 303
    assert lead.post(page, sent | {f"{mara}": "4"}).status_code == 409
    team.refresh_from_db()
    assert (team.default_capacity, Staff.objects.get(pk=mara).capacity) == (3, 1)


def test_on_call(lead: Client, team: Team) -> None:
    mara, jon = world.staff(team, "Mara").id, world.staff(team, "Jon").id
    page = at("steering_on_call")
    for who in (mara, jon):
        assert lead.post(page, {"team": team.pk, "staff": who, "email": f"{who}@example.org"}).status_code == 303
    refused = lead.post(page, {"team": team.pk, "staff": jon, "email": "keine"})
    first, second = OnCall.objects.order_by("place")

    wrong = lead.post(page, {"entry": first.pk, "step": "change", "email": "falsch"})
    overtaken = lead.post(page, {"entry": first.pk, "step": "change", "email": "neu@example.org", "seen": "x"})
    seen = lead.get(page).context["lists"][0][0].entries[0].mark

    assert (refused.status_code, wrong.status_code, overtaken.status_code) == (422, 422, 409)
    for answer, typed in ((refused, "keine"), (wrong, "falsch"), (overtaken, "neu@example.org")):
        assert f'value="{typed}"' in text(answer)
    for step in ({"step": "change", "email": "neu@example.org", "seen": seen}, {"step": "down"}, {"step": "drop"}):
        assert lead.post(page, {"entry": first.pk, **step}).status_code == 303
    assert list(OnCall.objects.all()) == [second]


def test_absences_of_my_teams_alone(lead: Client, team: Team) -> None:
    mara, jon, buche = world.staff(team, "Mara").id, world.staff(team, "Jon").id, world.team("Buche")
    kim = world.staff(buche, "Kim").id
    today, day = timezone.localdate(), dt.timedelta(days=1)
    for who, begins, other in ((mara, today, jon), (jon, today + day * 3, mara), (kim, today, mara)):
        Absence.objects.create(staff_id=who, begins=begins, ends=begins + day, substitute_id=other)
    Absence.objects.create(staff_id=mara, begins=today + day * 4, ends=today + day * 4, substitute_id=jon)
    Absence.objects.create(staff_id=mara, begins=today - day * 2, ends=today - day, substitute_id=jon)

    away = lead.get(at("steering_absences"))

    ((shown, _form),) = away.context["lists"]
    assert [(one.alias, one.substitute, one.covered) for one in shown.away] == [
        ("Mara", "Jon", True),
        ("Jon", "Mara", False),
        ("Mara", "Jon", False),
    ]
    assert "ist selbst nicht da" in text(away)
    assert "Kim" not in text(away)


def ill(team: Team, staff: object, substitute: object, **more: str) -> dict[str, str]:
    """What the form of a team says of somebody who is away from today on."""
    day = f"{timezone.localdate():%Y-%m-%d}"
    return {"team": f"{team.pk}", "staff": f"{staff}", "begins": day, "ends": day, "substitute": f"{substitute}"} | more


def test_somebody_who_fell_ill_is_entered_and_back_again(lead: Client, team: Team) -> None:
    mara, jon = world.staff(team, "Mara").id, world.staff(team, "Jon").id
    page = at("steering_absences")
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in text(lead.get(page))

    assert "Eingetragen." in text(lead.post(page, ill(team, mara, jon), follow=True))
    row = Absence.objects.get()
    assert (row.staff_id, row.substitute_id) == (mara, jon)
    Absence.objects.update(begun=True)
    assert "Wieder da" in text(lead.get(page))
    for _ in range(2):
        answer = lead.post(page, {"drop": row.pk, "staff": mara}, follow=True)
        assert "Diese Abwesenheit gilt nicht mehr." in text(answer)

    assert not Absence.objects.exists()
    assert [(entry.event, entry.subject, entry.code) for entry in AuditEntry.objects.order_by("at")] == [
        ("absence_set", mara, ""),
        ("absence_set", mara, "dropped"),
    ]
    trail = text(lead.get(reverse("people:audit")))
    assert "Uli hat für Mara eine Abwesenheit eingetragen." in trail
    assert "Uli hat eine Abwesenheit von Mara beendet." in trail


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"staff": ""}, "Wähle jemanden aus dem Team."),
        ({"substitute": "00000000-0000-0000-0000-000000000000"}, "Wähle jemanden aus dem Team."),
        ({"begins": "2020-01-01"}, "Dieser Tag ist schon vorbei."),
        ({"begins": "31.02.2027"}, "Diesen Tag gibt es nicht."),
        ({"ends": "2020-01-01"}, "Das ist vor dem ersten Tag."),
    ],
)
def test_a_refused_absence_keeps_what_was_typed(
    lead: Client, team: Team, fields: dict[str, str], sentence: str
) -> None:
    mara, jon = world.staff(team, "Mara").id, world.staff(team, "Jon").id

    answer = lead.post(at("steering_absences"), ill(team, mara, jon, ends="2031-01-05") | fields)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert f'value="{fields.get("ends", "2031-01-05")}"' in text(answer)
    if "substitute" not in fields:
        assert f'value="{jon}" selected' in text(answer)
    assert not Absence.objects.exists()


def test_nobody_answers_for_themselves_or_while_they_are_away(lead: Client, team: Team) -> None:
    mara, jon = world.staff(team, "Mara").id, world.staff(team, "Jon").id
    page = at("steering_absences")

    own = lead.post(page, ill(team, mara, mara))
    assert (own.status_code, "Wähle jemand anderen" in text(own)) == (422, True)
    lead.post(page, ill(team, jon, mara))
    away = lead.post(page, ill(team, mara, jon))
    assert (away.status_code, "selbst nicht da" in text(away)) == (422, True)


def test_where_nobody_could_answer_the_page_says_so(lead: Client, team: Team) -> None:
    world.staff(team, "Mara")

    page = text(lead.get(at("steering_absences")))

    assert "Gerade gibt es hier niemanden" in page
    assert 'data-testid="add"' not in page


def test_absences_of_other_teams_stay(lead: Client, team: Team) -> None:
    jon = world.staff(team, "Jon").id
    kim = world.staff(buche := world.team("Buche"), "Kim").id
    today = timezone.localdate()
    theirs = Absence.objects.create(staff_id=kim, begins=today, ends=today, substitute_id=jon)

    for sent, status in (
        ({"drop": theirs.pk, "staff": kim}, 404),
        ({"drop": theirs.pk, "staff": "x"}, 404),
        ({"drop": "x", "staff": kim}, 404),
        ({"drop": theirs.pk, "staff": jon}, 303),  # not Jon's: nothing happens
        (ill(buche, kim, jon), 404),
        (ill(team, kim, jon), 422),
        ({"team": "x"}, 404),
        ({}, 404),
    ):
        assert lead.post(at("steering_absences"), sent).status_code == status, sent
    assert list(Absence.objects.all()) == [theirs]
    assert not AuditEntry.objects.exists()


def test_the_card_of_modules_leads_to_where_they_are_kept(lead: Client) -> None:
    assert f'href="{reverse("mail:modules")}" data-testid="to-modules"' in text(lead.get(at("steering")))
