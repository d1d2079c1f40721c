"""The page of text modules as those who lead a team have it: its lists alone, by forms alone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from counselling.mail.domain import modules
from counselling.mail.models import TextModule
from counselling.people.models import AuditEntry, Team
from tests.mail import writing_world as at
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def lead(team: Team) -> Client:
    return at.browser(world.staff(team, "Uli", "supervisor"))


def page(browser: Client) -> str:
    return str(browser.get(reverse("mail:modules")).content.decode())


def act(browser: Client, step: str, **fields: Any) -> Any:
    return browser.post(reverse("mail:modules"), {"step": step, **fields})


def test_a_teams_module_is_made_changed_moved_and_deleted(lead: Client, team: Team) -> None:
    linde = world.counsellor(team, "Linde")
    for title in ("Gruß", "Ende"):
        assert act(lead, "add", title=title, text="Hallo", team=str(team.pk)).status_code == 303
    first, second = TextModule.objects.order_by("place")
    assert act(lead, "change", module=first.pk, title="Anfang", text="Guten Tag").status_code == 303
    assert act(lead, "down", module=first.pk).status_code == 303
    assert act(lead, "delete", module=second.pk).status_code == 303

    assert [one.title for one in modules.for_team(linde, team.pk)] == ["Anfang"]
    codes = AuditEntry.objects.filter(event="modules_changed").order_by("at").values_list("code", flat=True)
    assert list(codes) == ["added", "added", "", "order", "dropped"]
    said = str(lead.get(reverse("people:audit")).content.decode())
    assert "Uli hat einen Baustein von Team Linde geändert." in said
    assert "Guten Tag" not in said


def test_the_lists_of_their_teams_alone(lead: Client, team: Team) -> None:
    linde, kim = world.counsellor(team, "Linde"), world.counsellor(buche := world.team("Buche"), "Kim")
    modules.add(linde, "Unserer", "Für alle", team=team.pk)
    modules.add(linde, "Eigener", "Nur für Linde", team=None)
    modules.add(kim, "Fremder", "Für die Buchen", team=buche.pk)

    shown = page(lead)

    assert "Unserer" in shown
    for hidden in ("Eigener", "Nur für Linde", "Fremder", "Buche", "Nur für dich", f'"{reverse("mail:team")}"'):
        assert hidden not in shown
    assert f'href="{reverse("statistics:steering")}"' in shown


def test_what_is_refused_stays_in_its_fields(lead: Client, team: Team) -> None:
    answer = act(lead, "add", title="Mein Titel", text="Hallo {wer}", team=str(team.pk))

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert shown.count('role="alert"') == 1
    assert "{wer} gibt es nicht" in shown
    assert "Mein Titel" in shown
    assert not TextModule.objects.exists()


def test_what_is_not_theirs(lead: Client, team: Team) -> None:
    linde, buche = world.counsellor(team, "Linde"), world.team("Buche")
    own = modules.add(linde, "Eigener", "Nur für Linde", team=None)
    theirs = modules.add(world.counsellor(buche, "Kim"), "Fremder", "Text", team=buche.pk)

    for module in (own.pk, theirs.pk):
        for step in ("change", "delete", "up", "down"):
            assert act(lead, step, module=module, title="T", text="X").status_code == 404
    assert act(lead, "add", title="T", text="X", team=str(buche.pk)).status_code == 404
    assert act(lead, "add", title="T", text="X").status_code == 403
    assert sorted(TextModule.objects.values_list("title", flat=True)) == ["Eigener", "Fremder"]


def test_a_title_never_becomes_markup(lead: Client, team: Team) -> None:
    act(lead, "add", title="</script><script>alert(1)", text="</textarea><b>", team=str(team.pk))

    assert "<script>alert" not in page(lead)
    assert "</textarea><b>" not in page(lead)


def test_without_a_team_there_is_nothing(team: Team, lead: Client) -> None:
    team.staff.clear()

    assert 'data-testid="nothing"' in page(lead)


@pytest.mark.parametrize(("role", "status"), [("counsellor", 200), ("supervisor", 200), ("administrator", 403)])
def test_who_has_the_page(team: Team, role: str, status: int) -> None:
    browser = at.browser(world.staff(team, "Wer", role))

    assert browser.get(reverse("mail:modules")).status_code == status
    if status == 403:
        assert act(browser, "add", title="T", text="X", team=str(team.pk)).status_code == 403
        assert not TextModule.objects.exists()


def test_nobody_gets_in_without_signing_in(db: None) -> None:
    answer = at.browser(None).get(reverse("mail:modules"))

    assert answer.headers["Location"].startswith("/team/sign-in/")


def test_counsellors_keep_their_own_beside_the_teams(team: Team) -> None:
    shown = page(at.browser(world.counsellor(team, "Mara")))

    assert "Nur für dich" in shown
    assert f'href="{reverse("statistics:steering")}"' not in shown
