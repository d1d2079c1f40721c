"""The announcement on the pages for young people."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.utils import timezone, translation

from counselling.centre.context import centre
from counselling.centre.domain import announcements
from counselling.centre.domain.announcements import Wording
from counselling.centre.domain.steering_changes import Overtaken, Unfit
from counselling.centre.models import Announcement
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry
from tests.support import world

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
CLOSED = Wording("Heute ist der Chat zu.", "The chat is closed today.", NOW - HOUR, NOW + HOUR)


@pytest.fixture
def uli(db: None) -> Actor:
    return world.staff(world.team(), "Uli", "supervisor")


def test_it_is_shown_from_its_beginning_to_its_end(uli: Actor) -> None:
    announcements.write(uli, CLOSED, now=NOW)

    shown = [announcements.current(NOW + HOUR * n) for n in (-2, -1, 0, 1)]
    assert [one and one.words for one in shown] == [None, CLOSED.text, CLOSED.text, None]
    with translation.override("en"):
        assert shown[1].words == CLOSED.text_en  # type: ignore[union-attr]
    assert str(shown[1]) == CLOSED.text
    assert list(AuditEntry.objects.values_list("event", "code")) == [("announcement_set", "")]


def test_only_one_at_a_time_and_touching_is_allowed(uli: Actor) -> None:
    announcements.write(uli, CLOSED, now=NOW)
    later = replace(CLOSED, begins=CLOSED.ends, ends=CLOSED.ends + HOUR, text="Wir sind umgezogen.")

    announcements.write(uli, later, now=NOW)
    with pytest.raises(Unfit) as refused:
        announcements.write(uli, replace(later, begins=NOW, text="Und noch etwas."), now=NOW)

    assert list(refused.value.problems) == ["begins"]
    assert [one.text for one in announcements.listed(uli, NOW)] == [CLOSED.text, later.text]
    assert [one.text for one in announcements.listed(uli, CLOSED.ends)] == [later.text]


def test_a_form_that_comes_twice(uli: Actor) -> None:
    for _ in range(2):
        announcements.write(uli, CLOSED, now=NOW)
    row, seen = announcements.one(uli, Announcement.objects.get().pk)
    for _ in range(2):
        announcements.write(uli, replace(CLOSED, text="Neu"), now=NOW, number=row.pk, seen=seen)
        announcements.drop(uli, 999)

    assert AuditEntry.objects.count() == 2
    announcements.drop(uli, row.pk)
    announcements.drop(uli, row.pk)
    assert list(AuditEntry.objects.order_by("at").values_list("code", flat=True)) == ["", "changed", "dropped"]


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(uli: Actor) -> None:
    announcements.write(uli, CLOSED, now=NOW)
    row, seen = announcements.one(uli, Announcement.objects.get().pk)
    announcements.write(uli, replace(CLOSED, ends=NOW + HOUR * 2), now=NOW, number=row.pk, seen=seen)

    with pytest.raises(Overtaken):
        announcements.write(uli, replace(CLOSED, text="Anders"), now=NOW, number=row.pk, seen=seen)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": " \n"}, "text"),
        ({"text": "x" * 301}, "text"),
        ({"text_en": "x" * 301}, "text_en"),
        ({"text": "Hallo <b>du</b>"}, "text"),
        ({"text": "<script>alert(1)</script>"}, "text"),
        ({"ends": NOW - HOUR}, "ends"),
        ({"begins": NOW - HOUR * 3, "ends": NOW - HOUR * 2}, "ends"),
        ({"ends": NOW + dt.timedelta(days=400)}, "ends"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(uli: Actor, more: dict[str, object], field: str) -> None:
    with pytest.raises(Unfit) as refused:
        announcements.write(uli, replace(CLOSED, **more), now=NOW)  # type: ignore[arg-type]  # by name

    assert list(refused.value.problems) == [field]
    assert not Announcement.objects.exists()


def test_only_visible_signs_in_one_line_are_kept(uli: Actor) -> None:
    announcements.write(uli, replace(CLOSED, text="  Heute\r\nzu.\u202e  5 < 6 \x00"), now=NOW)

    assert Announcement.objects.get().text == "Heute zu. 5 < 6"


def test_one_that_is_gone(uli: Actor) -> None:
    with pytest.raises(NotFound):
        announcements.one(uli, 7)
    with pytest.raises(NotFound):
        announcements.write(uli, CLOSED, now=NOW, number=7)


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_those_who_lead(role: str) -> None:
    actor = world.staff(world.team(), "Andere", role)
    for act in (
        lambda: announcements.listed(actor, NOW),
        lambda: announcements.one(actor, 1),
        lambda: announcements.write(actor, CLOSED, now=NOW),
        lambda: announcements.drop(actor, 1),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_every_page_asks_once(uli: Actor, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest-django's
    announcements.write(uli, CLOSED, now=NOW)
    with django_assert_num_queries(1):
        announcements.current(timezone.now())


def test_pages_stand_without_a_database(rf: RequestFactory) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        assert centre(rf.get("/"))["announcement"]() is None  # type: ignore[operator]  # a function for templates
