"""Nothing tells who works here: whatever is wrong about a sign-in, the answer costs one Argon2 and the same queries.

Argon2 is all but 1 % of the time of a sign-in, so counting it says more than a clock on a busy machine.
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from counselling.people.domain import staffkeys
from counselling.people.models import Staff
from counselling.vault import passwords

pytestmark = pytest.mark.django_db
PASSWORD = "Linde-Kanu-Regen-42"
KINDS = ["unknown", "wrong", "off", "unset", "keyless"]


@pytest.fixture
def stretched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counted: list[int] = []
    real = passwords.stretch
    monkeypatch.setattr(passwords, "stretch", lambda *given: counted.append(1) or real(*given))
    return counted


def a_person(username: str, *, active: bool = True, password: bool = True, key: bool = True) -> None:
    person = Staff(username=username, alias=username.title(), is_active=active)
    person.set_unusable_password()
    person.save(force_insert=True)
    if password:
        staffkeys.set_password(person, PASSWORD)
    if not key:
        person.key.delete()


@pytest.fixture
def people() -> dict[str, Callable[[], object]]:
    """How each kind of failure is tried."""
    a_person("wrong")
    a_person("off", active=False)
    a_person("unset", password=False)
    a_person("keyless", key=False)
    return {kind: lambda kind=kind: sign_in(kind, "falsch" if kind == "wrong" else PASSWORD) for kind in KINDS}


def sign_in(username: str, password: str):
    return Client().post("/team/sign-in/", {"username": username, "password": password})


@pytest.mark.parametrize("kind", KINDS)
def test_every_failure_costs_one_argon2(people: dict[str, Callable], kind: str, stretched: list[int]) -> None:
    answer = people[kind]()

    assert (answer.status_code, len(stretched)) == (200, 1)
    assert "passen nicht zusammen" in answer.content.decode()


def test_every_failure_asks_the_database_the_same(people: dict[str, Callable]) -> None:
    sign_in("warm", "up")
    counts = {}
    for kind in KINDS:
        with CaptureQueriesContext(connection) as caught:
            people[kind]()
        counts[kind] = len(caught)

    assert set(counts.values()) == {counts["unknown"]}


def test_a_success_costs_no_more(people: dict[str, Callable], stretched: list[int]) -> None:
    assert sign_in("wrong", PASSWORD).status_code == 302
    assert len(stretched) == 1
