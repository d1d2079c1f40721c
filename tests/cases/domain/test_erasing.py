"""Deleting a conversation without a trace but the count."""

from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from counselling.cases.domain import (
    closing,
    desk,
    drafts,
    erasing,
    handover,
    keys,
    notes,
    opening,
    queue,
    retention,
    seats,
)
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case, CountRow, Deletion, Erased, Seal
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain import access, passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Seeker, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def traces(*ids: UUID) -> list[str]:
    """Tables with a cell that holds one of these ids, however the database writes it; but for the list against backups.

    That one says for 15 days that they are gone, so that no backup brings them back.
    """
    wanted = {form for one in ids for form in (one.hex, str(one))}
    found = []
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608 -- our own table names
            cells = {str(cell) for line in cursor.fetchall() for cell in line}
        if any(form in cell for cell in cells for form in wanted) and model is not Erased:
            found.append(model._meta.db_table)
    return found


def full(chat: Chat, jon: Actor) -> None:
    """Something in every table that belongs to a case."""
    world.say(chat.seeker, chat.case)
    notes.add(chat.counsellor, chat.case, "Notiz")
    drafts.keep(chat.seeker, chat.case, "Entwurf")
    drafts.keep(chat.counsellor, chat.case, "Entwurf")
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    access.issue_code(chat.seeker)


def test_erasing_leaves_nothing_but_the_count(topics: None, team: Team, mara: Actor, jon: Actor) -> None:
    chat = world.chat(team, mara, facts=FactsInput(age_band="15_17", topics=["school"]))
    full(chat, jon)
    closing.close(mara, chat.case, topics=["school"], ending="helped")
    assert {"cases_case", "cases_entry", "cases_seal", "cases_draft", "cases_seat"} - set(traces(chat.case)) == {
        "cases_draft"
    }
    before = sorted(CountRow.objects.values_list("event", "codes__age_band"))

    erasing.erase_all(chat.seeker)

    assert traces(chat.case, chat.seeker.id) == []
    assert sorted(CountRow.objects.values_list("event", "codes__age_band")) == before
    stays = {"countrow", "waitsample", "deletion", "erased"}
    for model in apps.get_app_config("cases").get_models():
        assert model._meta.model_name in stays or not model._default_manager.exists()


@pytest.mark.parametrize(("begun", "event"), [(True, "ended"), (False, "left")])
def test_erasing_what_still_runs_counts_its_end(team: Team, mara: Actor, begun: bool, event: str) -> None:
    who = world.chat(team, mara) if begun else world.waiting(team)

    erasing.erase_all(who.seeker)

    assert world.counted() == sorted(["asked", event, *(["claimed"] if begun else [])])


def test_erasing_takes_the_case_from_the_counsellor(chat: Chat) -> None:
    erasing.erase_all(chat.seeker)

    with pytest.raises(NotFound):
        seats.seated(chat.counsellor, chat.case)
    with pytest.raises(NotFound):
        keys.case_key(chat.counsellor, chat.case)
    with pytest.raises(NotFound):
        erasing.erase_all(chat.seeker)
    assert queue.open_chats(chat.counsellor.id) == 0


def test_a_wish_erases_every_case_and_every_way_in(team: Team, chat: Chat) -> None:
    passphrases.keep(chat.seeker, world.NICKNAME, "abend biene wolke tasse lampe radio")
    access.issue_code(chat.seeker)
    closing.end(chat.seeker, chat.case)
    second = opening.begin_chat(chat.seeker, team_id=team.pk, nickname="Blaue Eule", facts=FactsInput(), language="de")
    other = world.waiting(team)

    assert erasing.erase_all(chat.seeker) == 2

    assert traces(chat.case, second, chat.seeker.id) == []
    assert list(Case.objects.values_list("pk", flat=True)) == [other.case]
    assert passphrases.sign_in(world.NICKNAME, "abend biene wolke tasse lampe radio") is None


def test_a_wish_is_counted_by_day_without_saying_what(team: Team, chat: Chat) -> None:
    erasing.erase_all(chat.seeker)
    erasing.erase_all(world.waiting(team).seeker)

    assert list(Deletion.objects.values_list("day", "reason", "number")) == [(timezone.localdate(), "wish", 2)]


def test_the_audit_trail_knows_the_random_number_alone(chat: Chat) -> None:
    ref = world.row(chat.case).audit_ref

    erasing.erase_all(chat.seeker)

    entry = AuditEntry.objects.get(event="erased")
    assert (entry.case_ref, entry.code, entry.actor, entry.subject) == (ref, "wish", None, None)


def test_a_seeker_without_a_case_can_be_erased_too(db: None) -> None:
    assert erasing.erase_all(access.new_seeker()[0]) == 0
    assert not Seeker.objects.exists()


def test_staff_erase_nothing(chat: Chat) -> None:
    with pytest.raises(NotAllowed):
        erasing.erase_all(chat.counsellor)


@pytest.mark.django_db(transaction=True)  # pruning ends outside of any transaction
def test_seals_go_before_rows(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in between: what is left opens for nobody, and the next pruning sweeps it."""
    world.say(chat.seeker, chat.case)
    monkeypatch.setattr(erasing, "_destroy_rows", interrupted)

    with pytest.raises(KeyboardInterrupt):
        erasing.erase_all(chat.seeker)

    assert not Seal.objects.exists()
    assert access.still_valid([int(chat.seeker.access)]) == set()
    assert "cases_entry" in traces(chat.case)
    assert retention.prune(timezone.now())["cases"] == 1
    assert traces(chat.case, chat.seeker.id) == []
    assert list(Deletion.objects.values_list("reason", "number")) == [("wish", 1)]
    assert AuditEntry.objects.filter(event="erased").count() == 1


def interrupted(_seeker: UUID) -> None:
    raise KeyboardInterrupt


def test_an_erased_case_is_out_of_the_counsellors_list_at_once(chat: Chat) -> None:
    erasing.erase_all(chat.seeker)

    assert desk.state(chat.counsellor, timezone.now())["mine"] == []
