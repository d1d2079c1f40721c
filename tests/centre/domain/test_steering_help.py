"""Help contacts as those who lead change them: never an hour without somebody."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from counselling.centre import defaults
from counselling.centre.domain import help as help_contacts
from counselling.centre.domain import help_store, steering_help
from counselling.centre.domain.steering_changes import Overtaken, Unfit
from counselling.centre.domain.steering_help import HelpFields
from counselling.centre.models import HelpContact
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry
from tests.support import world

pytestmark = pytest.mark.django_db

DAY = (dt.time(0), dt.time(0))
ALWAYS = tuple((day, *DAY) for day in range(7))
FRIEND = HelpFields("Sorgenfon", "spoken", number="069 1234", rows=((0, dt.time(9), dt.time(17)),))


@pytest.fixture
def uli(db: None) -> Actor:
    """Leads a team of a house with the built-in contacts."""
    defaults.ensure()
    help_store.forget()
    return world.staff(world.team(), "Uli", "supervisor")


def changed(uli: Actor, code: str, **more: Any) -> None:
    row, fields, seen = steering_help.one(uli, HelpContact.objects.get(code=code).pk)
    steering_help.write(uli, replace(fields, **more), number=row.pk, seen=seen)


def only(*codes: str) -> None:
    """These answer day and night, and nobody else is there."""
    HelpContact.objects.exclude(code__in=["112", *codes]).delete()
    for code in codes:
        contact = HelpContact.objects.get(code=code)
        contact.hours.all().delete()
        contact.hours.bulk_create(
            contact.hours.model(contact=contact, weekday=day, opens=dt.time(0), closes=dt.time(0)) for day in range(7)
        )


def test_a_new_contact_stands_last_and_is_seen_at_once(uli: Actor, django_capture_on_commit_callbacks: Any) -> None:
    help_contacts.all_contacts(timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            steering_help.write(uli, FRIEND)

    assert help_contacts.all_contacts(timezone.now())[-1].name == "Sorgenfon"
    last = steering_help.listed(uli)[-1]
    assert (last.record.code, last.hours, last.first, last.last) == ("sorgenfon", ["Montag, 9 bis 17 Uhr"], False, True)
    assert list(AuditEntry.objects.values_list("event", "code")) == [("help_changed", "added")]


def test_another_of_the_same_name_has_a_code_of_its_own(uli: Actor) -> None:
    steering_help.write(uli, FRIEND)
    steering_help.write(uli, replace(FRIEND, number="069 999"))

    assert HelpContact.objects.filter(name="Sorgenfon").count() == 2


def test_a_change_is_kept_with_its_hours(uli: Actor) -> None:
    steering_help.write(uli, FRIEND)
    changed(uli, "sorgenfon", note="Für alle", rows=((5, dt.time(10), dt.time(12)), (1, dt.time(9), dt.time(10))))
    changed(uli, "sorgenfon", note="Für alle", rows=((1, dt.time(9), dt.time(10)), (5, dt.time(10), dt.time(12))))

    _, fields, _ = steering_help.one(uli, HelpContact.objects.get(code="sorgenfon").pk)
    assert (fields.note, [row[0] for row in fields.rows]) == ("Für alle", [1, 5])
    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize("more", [{"active": False}, {"rows": ()}, {"rows": ALWAYS[:6]}, {"channel": "written"}])
def test_the_last_one_to_call_cannot_go(uli: Actor, more: dict[str, Any]) -> None:
    only("116123", "krisenchat")
    assert steering_help.gaps(uli) == []

    with pytest.raises(Unfit) as refused:
        changed(uli, "116123", **more)

    assert "niemand zum Anrufen" in str(refused.value.problems[""])
    assert "weitere Stunden" in str(refused.value.problems[""])
    assert help_contacts.gaps() == []
    assert HelpContact.objects.get(code="116123").active


def test_an_hour_alone_is_said_alone(uli: Actor) -> None:
    only("116123", "krisenchat")
    rows = (*ALWAYS[:6], (6, dt.time(0), dt.time(23)))

    with pytest.raises(Unfit) as refused:
        changed(uli, "krisenchat", rows=rows)

    assert refused.value.problems == {
        "": "So wäre in manchen Stunden niemand mehr da: Sonntag, 23 bis 24 Uhr: niemand zum Schreiben. "
        "Trag zuerst jemand anderen ein."
    }


def test_where_somebody_is_missing_already_things_may_get_better(uli: Actor) -> None:
    only("116123")
    before = len(steering_help.gaps(uli))

    changed(uli, "116123", note="Immer")
    steering_help.write(uli, HelpFields("Schreib", "written", link="https://schreib.example", rows=ALWAYS[:1]))

    assert (before, len(steering_help.gaps(uli))) == (7 * 24, 6 * 24)


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(uli: Actor) -> None:
    steering_help.write(uli, FRIEND)
    row, fields, seen = steering_help.one(uli, HelpContact.objects.get(code="sorgenfon").pk)
    changed(uli, "sorgenfon", rows=((2, dt.time(9), dt.time(10)),))

    with pytest.raises(Overtaken):
        steering_help.write(uli, replace(fields, note="Anders"), number=row.pk, seen=seen)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"number": ""}, "number"),
        ({"number": "ruf an"}, "number"),
        ({"link": "http://unsicher.example"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"languages": "Deutsch"}, "languages"),
        ({"channel": "rauchzeichen"}, "channel"),
        ({"cost": "much"}, "cost"),
        ({"note": "x" * 201}, "note"),
        ({"rows": ((0, dt.time(9), dt.time(8)),)}, "0"),
        ({"rows": ((0, dt.time(9), dt.time(12)), (0, dt.time(11), dt.time(13)))}, "1"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(uli: Actor, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Unfit) as refused:
        steering_help.write(uli, replace(FRIEND, **more))

    assert list(refused.value.problems) == [field]
    assert not HelpContact.objects.filter(number="069 1234").exists()


def test_order(uli: Actor) -> None:
    first, second = list(HelpContact.objects.all())[:2]

    steering_help.move(uli, first.pk, "up")
    steering_help.move(uli, first.pk, "down")

    assert list(HelpContact.objects.all())[:2] == [second, first]
    assert list(AuditEntry.objects.values_list("event", "code")) == [("help_changed", "order")]
    assert [(one.first, one.last) for one in steering_help.listed(uli)][:2] == [(True, False), (False, False)]


def test_one_that_is_not_there(uli: Actor) -> None:
    for act in (
        lambda: steering_help.one(uli, 10**30),
        lambda: steering_help.write(uli, FRIEND, number=99999),
        lambda: steering_help.move(uli, 99999, "up"),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_those_who_lead(role: str) -> None:
    actor = world.staff(world.team(), "Andere", role)
    for act in (
        lambda: steering_help.listed(actor),
        lambda: steering_help.gaps(actor),
        lambda: steering_help.one(actor, 1),
        lambda: steering_help.write(actor, FRIEND),
        lambda: steering_help.move(actor, 1, "up"),
    ):
        with pytest.raises(NotAllowed):
            act()
