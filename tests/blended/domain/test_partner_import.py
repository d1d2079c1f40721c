"""Bringing tables in: looked at first, all or nothing, by name, twice without harm."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blended.domain import partner_import, partners
from blended.models import Partner, PartnerImport
from counselling.centre import defaults
from counselling.errors import Conflict, Invalid, NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.blended.partners_world import written
from tests.support import world

pytestmark = pytest.mark.django_db
TABLE = "Name;Wofür;Telefon\nAnker;Sucht;069 90009 202\nLindenhof;Jetzt anders;069 90009 201\n"


@pytest.fixture
def team() -> Team:
    defaults.ensure()
    return world.team()


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


def test_nothing_is_written_before_it_is_confirmed_and_a_second_time_does_nothing(team: Team, uli: Actor) -> None:
    number = written(uli, team)
    partner_import.hand_in(uli, team.pk, TABLE.encode())
    preview = partner_import.preview(uli)
    assert preview
    assert [(change.what, change.name) for change in preview.changes] == [("new", "Anker"), ("changed", "Lindenhof")]
    assert list(Partner.objects.values_list("name", flat=True)) == ["Lindenhof"]

    assert partner_import.confirm(uli, preview.seen) == 2
    assert partner_import.confirm(uli, preview.seen) == 0

    row = partners.one(uli, number)
    assert (row.purpose, row.area, row.topics) == ("Jetzt anders", "Musterstadt", ["family"])  # no such columns
    assert Partner.objects.get(name="Anker").found_by.startswith("anker sucht")
    assert AuditEntry.objects.filter(event="partners_imported", subject=team.pk).count() == 1
    partner_import.hand_in(uli, team.pk, TABLE.encode())
    again = partner_import.preview(uli)
    assert again
    assert [change.what for change in again.changes] == ["same", "same"]


def test_one_wrong_line_keeps_all_of_them_out(team: Team, uli: Actor) -> None:
    text = TABLE + "Praxis;Reden;keine Nummer\n;Ohne Namen;1\nNur Name;;\n"
    partner_import.hand_in(uli, team.pk, text.encode())
    preview = partner_import.preview(uli)
    assert preview
    found = [(problem.line, problem.column) for problem in preview.problems]
    assert found == [(4, "Telefon"), (5, "Name"), (5, "Telefon"), (6, "Wofür"), (6, "Telefon")]

    with pytest.raises(Invalid):
        partner_import.confirm(uli, preview.seen)
    assert not Partner.objects.exists()


def test_only_what_was_seen_is_brought_in(team: Team, uli: Actor) -> None:
    partner_import.hand_in(uli, team.pk, TABLE.encode())
    seen = partner_import.preview(uli)
    partner_import.hand_in(uli, team.pk, TABLE.replace("Anker", "Andere").encode())

    with pytest.raises(Conflict):
        partner_import.confirm(uli, seen.seen if seen else "")
    partner_import.discard(uli)
    assert partner_import.preview(uli) is None


def test_only_those_who_lead_and_only_their_own_team(team: Team, uli: Actor) -> None:
    with pytest.raises(NotAllowed):
        partner_import.hand_in(world.counsellor(team, "Linde"), team.pk, TABLE.encode())
    with pytest.raises(NotFound):
        partner_import.hand_in(uli, world.team("Ahorn").pk, TABLE.encode())
    assert not PartnerImport.objects.exists()


def test_javascript_is_no_website_and_html_is_text(team: Team, uli: Actor) -> None:
    text = "Name;Wofür;Internetseite\n<b>A</b>;<script>x</script>;javascript:alert(1)\n"
    partner_import.hand_in(uli, team.pk, text.encode())
    preview = partner_import.preview(uli)
    assert preview
    assert [problem.column for problem in preview.problems] == ["Internetseite"]

    number = partner_import.bring_in(uli, team.pk, text.replace("javascript:alert(1)", "a.example"))
    assert (number, Partner.objects.get().name) == (1, "<b>A</b>")


def test_what_nobody_confirmed_is_forgotten_after_an_hour(team: Team, uli: Actor) -> None:
    partner_import.hand_in(uli, team.pk, TABLE.encode())

    assert partner_import.forget(timezone.now() + timedelta(minutes=59)) == 0
    assert partner_import.forget(timezone.now() + timedelta(minutes=61)) == 1


def test_a_directory_goes_out_and_comes_in_again_unchanged(team: Team, uli: Actor) -> None:
    written(uli, team)
    written(uli, team, name="+Plus", topics=("school", "addiction"), languages=("dgs", "easy"))

    partner_import.hand_in(uli, team.pk, partner_import.export(uli).encode("utf-8-sig"))
    preview = partner_import.preview(uli)

    assert preview
    assert ([change.what for change in preview.changes], preview.problems) == (["same", "same"], [])


def test_two_thousand_rows_go_in_at_a_bounded_cost(
    team: Team, uli: Actor, django_assert_max_num_queries: object
) -> None:
    text = "Name;Wofür;Telefon\n" + "".join(f"Stelle {n};Reden;069 {n + 1000}\n" for n in range(2000))

    with django_assert_max_num_queries(120):  # type: ignore[operator] # pytest-django's fixture
        assert partner_import.bring_in(uli, team.pk, text) == 2000


def test_the_console_brings_in_and_takes_out(team: Team) -> None:
    assert partner_import.problems_of("linde", "Name\nA") != []
    assert partner_import.bring_in_here("linde", TABLE) == 2
    assert "Anker" in partner_import.table_of("linde")
    with pytest.raises(NotFound):
        partner_import.bring_in_here("nobody", TABLE)
