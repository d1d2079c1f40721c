"""Accounts from the command line."""

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from counselling.errors import Invalid
from counselling.people.domain import staff
from counselling.people.models import Staff, Team

pytestmark = pytest.mark.django_db
PASSWORD = "Linde-Kanu-Regen-42"


def let_in(username: str = "mara", *, password: str = PASSWORD, alias: str = "Mara", role: str = "counsellor") -> bool:
    return staff.let_in(username, password=password, alias=alias, role=role, team="linde", languages=["de", "uk"])


def test_a_new_person_may_sign_in_and_belongs_to_the_team() -> None:
    assert let_in() is True

    person = Staff.objects.get()
    assert (person.alias, person.role, person.languages, person.status) == ("Mara", "counsellor", ["de", "uk"], "away")
    assert [team.slug for team in person.teams.all()] == ["linde"]
    assert authenticate(username="mara", password=PASSWORD) == person


def test_the_password_is_kept_as_the_vaults_verifier() -> None:
    let_in()

    assert Staff.objects.get().password.startswith("vault$")


def test_doing_it_again_sets_the_password_and_nothing_else() -> None:
    let_in()

    assert let_in(password="Ein-ganz-anderer-Satz", alias="Neu", role="administrator") is False

    person = Staff.objects.get()
    assert (person.alias, person.role) == ("Mara", "counsellor")
    assert authenticate(username="mara", password=PASSWORD) is None
    assert authenticate(username="mara", password="Ein-ganz-anderer-Satz") == person
    assert Team.objects.count() == 1


def test_capitals_make_no_second_person() -> None:
    """People sign in with any capitals, so two names that differ by them would lock both out."""
    let_in("mara")

    assert let_in("Mara", alias="Andere") is False
    assert Staff.objects.count() == 1


def test_two_names_that_differ_by_capitals_cannot_exist() -> None:
    Staff.objects.create(username="mara", alias="Mara")

    with pytest.raises(IntegrityError), transaction.atomic():
        Staff.objects.create(username="MARA", alias="Andere")


@pytest.mark.parametrize(
    "password", ["", "x9-Q", "password123", "1234567890", "beratung-mara", "Sommer2026Sommer", "739182736451"]
)
def test_a_weak_password_lets_nobody_in(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        let_in("beratung-mara", password=password)

    assert str(refusal.value.sentence)
    assert not password or password not in str(refusal.value.sentence)
    assert not Staff.objects.exists()
    assert not Team.objects.exists()


def test_a_name_for_young_people_that_is_taken_is_one_sentence() -> None:
    let_in("mara")

    with pytest.raises(Invalid):
        let_in("jon", alias="Mara")
    assert Staff.objects.count() == 1


@pytest.mark.parametrize(("role", "admin"), [("counsellor", False), ("supervisor", False), ("administrator", True)])
def test_only_administrators_administer_people_and_centre(role: str, admin: bool) -> None:
    person = Staff(username="x", alias="X", role=role)

    assert person.is_staff is admin
    for label in ("people", "centre"):
        assert person.has_module_perms(label) is admin
        assert person.has_perm(f"{label}.change_anything") is admin
    for label in ("cases", "sessions", "auth", "admin", "contenttypes"):
        assert person.has_module_perms(label) is False
        assert person.has_perm(f"{label}.view_case") is False


def test_somebody_switched_off_administers_nothing() -> None:
    person = Staff(username="x", alias="X", role="administrator", is_active=False)

    assert (person.is_staff, person.has_perm("people.view_staff"), person.has_module_perms("people")) == (
        False,
        False,
        False,
    )
