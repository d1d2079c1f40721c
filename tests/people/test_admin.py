"""Django's admin: for administrators, about people and the centre, and no way from there to a case."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from counselling.cases.domain import notes
from counselling.centre import defaults
from counselling.people.domain import members, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Invitation, Staff, StaffSession, Team, TeamSeal, Totp
from counselling.vault import digests, pairs
from tests.support import key_rings, world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
OURS = ("people", "centre", "mail", "blended")


@pytest.fixture
def ole(team: Team, client: Client) -> Client:
    """The administrator's browser."""
    key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Ole", "administrator").id))
    return client


@pytest.fixture
def chat(team: Team) -> Chat:
    """A chat full of sentinels."""
    found = world.chat(team, world.counsellor(team, "Mara"), nickname="Sentinel Otter")
    world.say(found.seeker, found.case, "Sentinel 7f3")
    notes.add(found.counsellor, found.case, "Sentinel 7f3")
    return found


def form(**more: object) -> dict[str, object]:
    return {
        "username": "jon",
        "alias": "Jon",
        "role": "counsellor",
        "teams": [],
        "languages": '["de"]',
        "capacity": "",
        "is_active": "on",
        **more,
    }


def test_only_people_and_the_centre_are_registered() -> None:
    assert {model._meta.app_label for model in admin.site._registry} == set(OURS)
    assert not {"seeker", "seekeraccess", "keycanary"} & {model._meta.model_name for model in admin.site._registry}


@pytest.mark.parametrize("role", ["counsellor", "supervisor", ""])
def test_nobody_else_enters(team: Team, client: Client, role: str) -> None:
    if role:
        key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Kim", role).id))

    for model in admin.site._registry:
        page = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        assert page.status_code == 302
        assert "/login" in page["Location"] or "/sign-in" in page["Location"]


def test_every_page_of_the_administrator_is_without_content(ole: Client, chat: Chat) -> None:
    defaults.ensure()
    pages = [reverse("admin:index"), *(reverse("admin:app_list", args=[label]) for label in OURS)]
    for model in (model for model in admin.site._registry if model._meta.app_label in OURS):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        pages += [reverse(f"{name}_change", args=[row.pk]) for row in model._default_manager.all()[:5]]

    for page in pages:
        answer = ole.get(page, follow=True)
        assert answer.status_code == 200, page
        assert "Sentinel" not in answer.content.decode(), page
        assert str(chat.case) not in answer.content.decode(), page


def test_no_address_below_admin_leads_to_a_case(ole: Client, chat: Chat) -> None:
    for model in apps.get_app_config("cases").get_models():
        for path in ("", "add/", f"{chat.case}/change/"):
            assert ole.get(f"/admin/cases/{model._meta.model_name}/{path}").status_code == 404


def test_deleting_a_team_with_cases_is_refused_without_showing_them(ole: Client, team: Team, chat: Chat) -> None:
    address = reverse("admin:people_team_delete", args=[team.pk])

    shown = ole.get(address, follow=True).content.decode()
    ole.post(address, {"post": "yes"}, follow=True)

    assert Team.objects.filter(pk=team.pk).exists()
    assert "Sentinel" not in shown
    assert str(chat.case) not in shown


def test_a_new_person_has_no_password_and_gets_a_code_that_is_shown_once(ole: Client, team: Team) -> None:
    page = ole.post(reverse("admin:people_staff_add"), form(teams=[str(team.pk)]))

    jon = Staff.objects.get(username="jon")
    assert (page.status_code, jon.alias, list(jon.teams.all())) == (200, "Jon", [team])
    assert not jon.has_usable_password()
    code = code_on(page)
    assert bytes(jon.invitation.digest) == digests.keyed("invitation", code)
    for address in ("changelist", "change", "history"):
        args = [] if address == "changelist" else [jon.pk]
        assert code not in ole.get(reverse(f"admin:people_staff_{address}", args=args)).content.decode()
    assert not LogEntry.objects.filter(change_message__contains=code).exists()
    assert 'type="password"' not in page.content.decode()


def code_on(page) -> str:
    """The one code that a page shows."""
    (code,) = re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", page.content.decode())
    return str(code)


def test_somebody_who_is_switched_off_is_made_without_a_code(ole: Client) -> None:
    answer = ole.post(reverse("admin:people_staff_add"), form(is_active=""))

    assert answer.status_code == 302
    assert not Invitation.objects.exists()


def test_the_form_asks_for_no_password(ole: Client) -> None:
    assert 'type="password"' not in ole.get(reverse("admin:people_staff_add")).content.decode()


def test_a_reset_is_asked_about_first_and_then_shows_a_code(ole: Client, team: Team) -> None:
    mara, jon = world.counsellor(team, "Mara"), world.counsellor(team, "Jon")
    Staff.objects.filter(pk=jon.id).update(password="vault$x$y")
    address = reverse("admin:people_staff_invite", args=[jon.id])

    asked = ole.get(address).content.decode()
    assert "Wiederherstellungsschlüssel" in asked
    assert members.of_team(team.pk)[0].holds
    page = ole.post(address)

    assert invitations_match(page, jon.id)
    assert not Staff.objects.get(pk=jon.id).has_usable_password()
    assert {member.alias: member.holds for member in members.of_team(team.pk)} == {"Jon": False, "Mara": True}
    assert mara.id


def invitations_match(page, staff) -> bool:
    return bytes(Invitation.objects.get(staff=staff).digest) == digests.keyed("invitation", code_on(page))


def test_only_administrators_reach_the_invitation(team: Team, client: Client) -> None:
    jon = world.counsellor(team, "Jon")
    key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Kim", "supervisor").id))

    answer = client.post(reverse("admin:people_staff_invite", args=[jon.id]))

    assert answer.status_code == 302
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("what", ["reset", "off", "role", "team"])
def test_the_last_who_opens_a_vault_can_be_neither_reset_nor_removed(
    ole: Client, team: Team, what: str, sole: Actor
) -> None:
    if what == "reset":
        page = ole.post(reverse("admin:people_staff_invite", args=[sole.id]))
        assert page.status_code == 409
    else:
        change = {"off": {"is_active": ""}, "role": {"role": "supervisor"}, "team": {"teams": []}}[what]
        page = ole.post(reverse("admin:people_staff_change", args=[sole.id]), as_stored(sole.id, **change))
        assert page.status_code == 200

    assert "Das ist die letzte Person" in page.content.decode()
    person = Staff.objects.get(pk=sole.id)
    assert (person.is_active, person.role, list(person.teams.all())) == (True, "counsellor", [team])
    assert TeamSeal.objects.filter(staff=person).exists()


@pytest.fixture
def sole(team: Team) -> Actor:
    """The only one with a key, and no paper."""
    return world.counsellor(team, "Mara")


def as_stored(staff, **more: object) -> dict[str, object]:
    person = Staff.objects.get(pk=staff)
    teams = [str(team.pk) for team in person.teams.all()]
    return form(username=person.username, alias=person.alias, role=person.role, teams=teams) | more


@pytest.mark.parametrize("what", ["off", "role", "team"])
def test_whoever_leaves_loses_the_vault_and_is_signed_out(ole: Client, team: Team, what: str) -> None:
    world.counsellor(team, "Mara")
    with_paper(team)
    jon, browser = Staff.objects.get(pk=world.counsellor(team, "Jon").id), Client()
    key_rings.sign_in(browser, jon)
    before = teamkeys.sealing_key(team.pk).epoch

    change = {"off": {"is_active": ""}, "role": {"role": "supervisor"}, "team": {"teams": []}}[what]
    answer = ole.post(reverse("admin:people_staff_change", args=[jon.pk]), as_stored(jon.pk, **change))

    assert answer.status_code == 302
    assert not TeamSeal.objects.filter(staff=jon).exists()
    assert teamkeys.sealing_key(team.pk).epoch == before + 1
    assert not StaffSession.objects.filter(staff=jon, revoked_at=None).exists()
    assert browser.get("/team/").status_code == 302


def with_paper(team: Team) -> None:
    """As if a recovery key had been printed."""
    Team.objects.filter(pk=team.pk).update(recovery_public=pairs.new_pair().public)


def test_another_change_ends_nobodys_session(ole: Client, team: Team) -> None:
    jon, browser = Staff.objects.get(pk=world.counsellor(team, "Jon").id), Client()
    key_rings.sign_in(browser, jon)

    ole.post(reverse("admin:people_staff_change", args=[jon.pk]), as_stored(jon.pk, alias="Jonas"))

    assert Staff.objects.get(pk=jon.pk).alias == "Jonas"
    assert browser.get("/team/").status_code == 200


@pytest.mark.parametrize(
    ("door", "leads_to"),
    [
        ("/admin/login/?next=/admin/", "/team/sign-in/?next=/admin/"),
        ("/admin/logout/", "/team/sign-out/"),
        ("/admin/password_change/", "/team/password/"),
    ],
)
def test_the_admins_own_doors_lead_to_ours(ole: Client, door: str, leads_to: str) -> None:
    """They know no limits, no second factor and no keys; nothing may be typed there."""
    assert ole.get(door)["Location"] == leads_to
    assert ole.post(door)["Location"] == leads_to


@pytest.mark.parametrize("languages", ['"de"', "{}", "[1]", "de", '["de", null]', "42"])
def test_languages_are_a_list_of_codes(ole: Client, languages: str) -> None:
    """Anything else would break every page of that person."""
    ole.post(reverse("admin:people_staff_add"), form(languages=languages))

    assert not Staff.objects.filter(username="jon").exists()


@pytest.mark.parametrize("capacity", ["0", "13", "-1"])
def test_the_capacity_is_between_one_and_twelve(ole: Client, capacity: str) -> None:
    ole.post(reverse("admin:people_staff_add"), form(capacity=capacity))

    assert not Staff.objects.filter(username="jon").exists()


def test_people_are_switched_off_not_deleted(ole: Client, team: Team) -> None:
    jon = world.staff(team, "Jon")

    assert ole.post(reverse("admin:people_staff_delete", args=[jon.id]), {"post": "yes"}).status_code == 403
    ole.post(
        reverse("admin:people_staff_changelist"),
        {"action": "delete_selected", "_selected_action": [str(jon.id)], "post": "yes"},
    )
    assert Staff.objects.filter(pk=jon.id).exists()


def test_the_second_step_alone_can_be_reset(ole: Client, team: Team) -> None:
    """Whoever lost a phone and knows the password keeps key and place in the vault."""
    world.counsellor(team, "Mara")
    jon = Staff.objects.get(pk=world.counsellor(team, "Jon").id)
    Staff.objects.filter(pk=jon.pk).update(password="vault$x$y")
    Totp.objects.create(staff=jon, sealed=b"x", confirmed_at=timezone.now())
    address = reverse("admin:people_staff_invite", args=[jon.pk])
    assert 'data-testid="reset-factors"' in ole.get(address).content.decode()

    page = ole.post(address, {"factors": "1"}).content.decode()

    assert "Der zweite Schritt ist zurückgesetzt." in page
    assert not Totp.objects.exists()
    assert Staff.objects.get(pk=jon.pk).password == "vault$x$y"
    assert TeamSeal.objects.filter(staff=jon).exists()
    assert not Invitation.objects.exists()
