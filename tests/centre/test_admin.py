"""The administration of the centre: administrators alone, in German, with changes seen at once."""

from collections.abc import Callable

import pytest
from django.test import Client

from counselling.centre import defaults
from counselling.centre.domain import help as help_contacts
from counselling.centre.domain import readiness, topics
from counselling.centre.models import Centre, HelpContact, Topic
from tests.centre.clock import local

pytestmark = pytest.mark.django_db
MODELS = ("topic", "openinghour", "hoursexception", "helpcontact", "barrierreport")
Sign = Callable[[str], Client]


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize("model", MODELS)
def test_administrator_reaches_every_list(signed_in: Sign, model: str) -> None:
    assert signed_in("administrator").get(f"/admin/centre/{model}/").status_code == 200


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
@pytest.mark.parametrize("model", ["centre", *MODELS])
def test_other_roles_reach_none(signed_in: Sign, role: str, model: str) -> None:
    assert signed_in(role).get(f"/admin/centre/{model}/").status_code == 302


def test_the_title_is_neutral(signed_in: Sign) -> None:
    page = signed_in("administrator").get("/admin/").content.decode()

    assert "<title>Übersicht | Verwaltung</title>" in page
    assert "Django" not in page


def test_the_only_centre_is_added_once_and_never_deleted(signed_in: Sign) -> None:
    browser = signed_in("administrator")
    assert browser.get("/admin/centre/centre/add/").status_code == 200
    defaults.ensure()

    assert browser.get("/admin/centre/centre/add/").status_code == 403
    assert browser.get("/admin/centre/centre/1/delete/").status_code == 403
    assert browser.get("/admin/centre/centre/").headers["Location"] == "/admin/centre/centre/1/change/"


@pytest.mark.usefixtures("centre")
def test_a_pale_colour_is_refused_beside_its_field(signed_in: Sign) -> None:
    browser = signed_in("administrator")
    form = browser.get("/admin/centre/centre/1/change/").context["adminform"].form
    entered = {name: form.initial[name] for name in form.fields} | {"brand_light": "#ffe45c"}

    page = browser.post("/admin/centre/centre/1/change/", entered).content.decode()

    assert "schwer zu lesen" in page
    assert Centre.load().brand_light == "#0b6b6f"


@pytest.mark.usefixtures("centre")
def test_a_changed_contact_is_seen_at_once(signed_in: Sign) -> None:
    now = local("2026-11-23T12:00")
    contact = HelpContact.objects.get(code="krisenchat")
    help_contacts.open_now(now)

    signed_in("administrator").post(f"/admin/centre/helpcontact/{contact.pk}/delete/", {"post": "yes"})
    HelpContact.objects.create(code="krisenchat", name="Ein anderer", channel="written", link="https://example.org")

    assert "Ein anderer" in {view.name for view in help_contacts.all_contacts(now)}


@pytest.mark.usefixtures("centre")
def test_topics_are_switched_off_not_deleted(signed_in: Sign) -> None:
    topic = Topic.objects.get(code="school")
    browser = signed_in("administrator")

    assert browser.get(f"/admin/centre/topic/{topic.pk}/delete/").status_code == 403
    browser.post(f"/admin/centre/topic/{topic.pk}/change/", {"label": "Schule", "position": 1, "code": "other-code"})

    topic.refresh_from_db()
    assert (topic.code, topic.label, topic.active) == ("school", "Schule", False)
    assert "school" not in topics.codes()
    assert topics.labels()["school"] == "Schule"


@pytest.mark.usefixtures("centre")
def test_active_topics_come_in_order_and_language() -> None:
    assert topics.active()[0] == ("family", "Familie")
    assert len(topics.active()) == len(topics.codes()) == 24


@pytest.mark.usefixtures("centre")
def test_readiness_names_what_is_missing() -> None:
    assert readiness.missing() == ["E-Mail für Alarme"]
    Centre.objects.update(operator="")

    assert readiness.missing() == ["Träger", "E-Mail für Alarme"]
