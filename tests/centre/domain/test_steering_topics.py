"""Topics as those who lead change them: never deleted, never all of them off."""

import pytest

from counselling.centre import defaults
from counselling.centre.domain import steering_topics, topics
from counselling.centre.domain.steering_changes import Overtaken, Unfit
from counselling.centre.models import Topic
from counselling.errors import Conflict, NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def uli(db: None) -> Actor:
    """Leads a team of a house with the built-in topics."""
    defaults.ensure()
    return world.staff(world.team(), "Uli", "supervisor")


def number(code: str) -> int:
    return Topic.objects.get(code=code).pk


def test_a_new_topic_stands_last_with_a_code_for_ever(uli: Actor) -> None:
    for _ in range(2):
        steering_topics.write(uli, "  Größe  und Übermut ", "")

    assert topics.active()[-1] == ("groesse-und-uebermut", "Größe und Übermut")
    _, seen = steering_topics.one(uli, number("groesse-und-uebermut"))
    steering_topics.write(uli, "Übermut", "High spirits", number=number("groesse-und-uebermut"), seen=seen)
    assert topics.labels()["groesse-und-uebermut"] == "Übermut"
    assert list(AuditEntry.objects.order_by("at").values_list("event", "code")) == [
        ("topic_changed", "added"),
        ("topic_changed", ""),
    ]


def test_a_code_that_is_taken_or_cannot_be_made(uli: Actor) -> None:
    steering_topics.write(uli, "School", "")
    steering_topics.write(uli, "Family!", "")
    steering_topics.write(uli, "مدرسة", "")

    made = list(Topic.objects.order_by("-pk").values_list("code", flat=True))[:3]
    assert all(code.startswith("topic-") for code in made)


@pytest.mark.parametrize(
    ("label", "label_en", "field"),
    [("", "", "label"), ("x" * 81, "", "label"), ("x", "x" * 81, "label_en"), ("FAMILIE", "", "label")],
)
def test_what_does_not_fit_is_said_at_its_field(uli: Actor, label: str, label_en: str, field: str) -> None:
    with pytest.raises(Unfit) as refused:
        steering_topics.write(uli, label, label_en)

    assert list(refused.value.problems) == [field]


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(uli: Actor) -> None:
    _, seen = steering_topics.one(uli, number("family"))
    steering_topics.write(uli, "Zuhause", "Home", number=number("family"), seen=seen)

    with pytest.raises(Overtaken):
        steering_topics.write(uli, "Daheim", "Home", number=number("family"), seen=seen)


def test_a_list_has_an_end(uli: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering_topics, "MOST", Topic.objects.count())
    with pytest.raises(Conflict):
        steering_topics.write(uli, "Eins zu viel", "")


def test_a_topic_is_switched_off_and_keeps_its_meaning(uli: Actor) -> None:
    for _ in range(2):
        steering_topics.switch(uli, number("family"), on=False)

    assert "family" not in topics.codes()
    assert topics.labels()["family"] == "Familie"
    steering_topics.switch(uli, number("family"), on=True)
    assert list(AuditEntry.objects.order_by("at").values_list("code", flat=True)) == ["off", "on"]


def test_the_last_topic_on_offer_stays(uli: Actor) -> None:
    Topic.objects.exclude(code="family").update(active=False)

    with pytest.raises(Conflict):
        steering_topics.switch(uli, number("family"), on=False)


def test_order(uli: Actor) -> None:
    first, second = steering_topics.listed(uli)[:2]

    steering_topics.move(uli, first.record.pk, "up")
    steering_topics.move(uli, first.record.pk, "down")

    found = steering_topics.listed(uli)
    assert [one.record for one in found[:2]] == [second.record, first.record]
    assert (found[0].first, found[0].last, found[-1].last) == (True, False, True)
    assert AuditEntry.objects.get().code == "order"


def test_one_that_is_not_there(uli: Actor) -> None:
    for act in (
        lambda: steering_topics.one(uli, 99999),
        lambda: steering_topics.write(uli, "X", "", number=99999),
        lambda: steering_topics.switch(uli, 99999, on=True),
        lambda: steering_topics.move(uli, 99999, "up"),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_those_who_lead(role: str) -> None:
    actor = world.staff(world.team(), "Andere", role)
    for act in (
        lambda: steering_topics.listed(actor),
        lambda: steering_topics.one(actor, 1),
        lambda: steering_topics.write(actor, "X", ""),
        lambda: steering_topics.switch(actor, 1, on=True),
        lambda: steering_topics.move(actor, 1, "up"),
    ):
        with pytest.raises(NotAllowed):
            act()
