"""Who keeps the directory, and what can stand in it."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from blended.domain import partner_fields, partners
from blended.domain.partner_fields import PartnerFields
from blended.domain.partners import Unfit
from blended.models import Partner
from counselling.centre import defaults
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.blended.partners_world import LINDENHOF, written
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    defaults.ensure()
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


def test_counsellors_and_supervisors_keep_it_and_the_trail_knows(team: Team, linde: Actor) -> None:
    uli = world.staff(team, "Uli", "supervisor")
    number = written(linde, team)

    partners.write(uli, replace(LINDENHOF, area="Umland"), team=team.pk, number=number)

    assert [(row.name, row.area) for row in partners.of_teams(linde)] == [("Lindenhof", "Umland")]
    entries = AuditEntry.objects.filter(event="partner_written").order_by("at")
    assert [(one.actor, one.subject) for one in entries] == [(linde.id, team.pk), (uli.id, team.pk)]


def test_nobody_else_keeps_it(team: Team, linde: Actor) -> None:
    number = written(linde, team)
    other = world.counsellor(world.team("Ahorn"), "Mara")
    seeker = world.waiting(team).seeker

    for actor in (world.staff(team, "Tech", "administrator"), seeker):
        with pytest.raises(NotAllowed):
            partners.of_teams(actor)
    with pytest.raises(NotFound):
        partners.write(other, LINDENHOF, team=team.pk, number=number)
    with pytest.raises(NotFound):
        partners.switch(other, number, on=False)
    with pytest.raises(NotFound):
        partners.one(other, number)
    assert Partner.objects.get().active


def test_a_form_that_comes_twice_writes_once(team: Team, linde: Actor) -> None:
    assert written(linde, team) == written(linde, team)
    assert Partner.objects.count() == 1


def test_two_of_one_name_are_refused_however_it_is_typed(team: Team, linde: Actor) -> None:
    written(linde, team, name="Café Möwe")

    with pytest.raises(Unfit) as refused:
        written(linde, team, name="CAFE  Mo\u0308we", purpose="Etwas anderes")

    assert list(refused.value.problems) == ["name"]
    written(world.counsellor(world.team("Ahorn"), "Mara"), Team.objects.get(name="Ahorn"), name="Café Möwe")


def test_it_is_switched_and_checked(team: Team, linde: Actor) -> None:
    number = written(linde, team)

    partners.switch(linde, number, on=False)
    partners.checked_today(linde, number)

    row = partners.one(linde, number)
    assert (row.active, row.checked_on) == (False, timezone.localdate())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " \u200b\t"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"purpose": "\n"}, "purpose"),
        ({"purpose": "x" * 601}, "purpose"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "JaVaScRiPt://lindenhof.example/%0aalert(1)"}, "website"),
        ({"website": "data:text/html,<script>"}, "website"),
        ({"website": "ftp://lindenhof.example/"}, "website"),
        ({"website": "https://lindenhof.example@elsewhere.example/"}, "website"),
        ({"website": "https://"}, "website"),
        ({"email": "hallo@"}, "email"),
        ({"email": "hallo@lindenhof.example\nBcc: x@y.example"}, "email"),
        ({"telephone": "0711;ext=<script>"}, "telephone"),
        ({"telephone": "ruf an"}, "telephone"),
        ({"topics": ("nowhere",)}, "topics"),
        ({"languages": ("xx",)}, "languages"),
        ({"checked_on": dt.date(2999, 1, 1)}, "checked_on"),
        ({"telephone": "", "email": "", "website": "", "address": " "}, "telephone"),
    ],
)
def test_what_does_not_fit_is_said_where_it_stands(
    team: Team, linde: Actor, values: dict[str, object], field: str
) -> None:
    with pytest.raises(Unfit) as refused:
        written(linde, team, **values)

    assert list(refused.value.problems) == [field]
    assert not Partner.objects.exists()


def test_what_nobody_sees_is_taken_out() -> None:
    fields = replace(
        LINDENHOF,
        name=" Linden\0hof\u202e \u2066x ",
        purpose="Erste\r\n\r\n\r\n\r\nZweite  Zeile\x07",
        website="lindenhof.example",
        languages=("tr", "de", "tr"),
    )

    kept, problems = partner_fields.cleaned(fields, {"family"})

    assert problems == {}
    assert (kept.name, kept.purpose) == ("Linden hof x", "Erste\n\nZweite Zeile")
    assert (kept.website, kept.languages) == ("https://lindenhof.example", ("de", "tr"))


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [("069 90009 201", "06990009201"), ("+49 (0) 69 / 90009-201", "+496990009201"), ("(069) 90009201", "06990009201")],
)
def test_a_number_is_dialled_as_telephones_do(typed: str, dialled: str) -> None:
    assert PartnerFields(telephone=typed).tel == dialled


def test_a_snapshot_is_read_again_as_it_was() -> None:
    fields = replace(LINDENHOF, checked_on=dt.date(2026, 5, 1), active=False)

    assert partner_fields.of_json(fields.as_json()) == fields
    assert partner_fields.of_json(LINDENHOF.as_json()) == LINDENHOF
