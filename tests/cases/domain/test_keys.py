"""Case keys in the one-row-per-holder table: who opens them, and what a damaged seal costs: its own case only."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from counselling.cases.domain import keys
from counselling.cases.models import Case, Seal
from counselling.errors import Closed, Locked, NotFound, Unavailable
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Seeker, Staff, Team, TeamKey, TeamSeal
from counselling.vault import keys as vault_keys
from counselling.vault import pairs
from counselling.vault.sealing import Unreadable
from tests.support import key_rings, world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def anew(actor: Actor) -> Actor:
    """The same person after a fresh request elsewhere: nothing opened yet."""
    assert actor.private
    return replace(actor, ring=Ring(actor.private))


def test_every_case_has_a_key_of_its_own(team: Team, mara: Actor) -> None:
    cases = [world.waiting(team).case for _ in range(20)]

    found = keys.case_keys(mara, cases)

    assert found == {case: keys.case_key(anew(mara), case) for case in cases}
    assert len(set(found.values())) == 20


def test_both_holders_open_the_same_key(chat: Chat) -> None:
    assert keys.case_key(chat.seeker, chat.case) == keys.case_key(chat.counsellor, chat.case)
    assert sorted(Seal.objects.values_list("holder_kind", flat=True)) == ["seeker", "team"]


def test_many_keys_cost_two_queries_and_then_none(team: Team, mara: Actor) -> None:
    cases = [world.waiting(team).case for _ in range(5)]
    fresh = anew(mara)

    for expected in (2, 0):
        with CaptureQueriesContext(connection) as queries:
            keys.case_keys(fresh, cases)
        assert len(queries) == expected


def test_no_key_lies_in_the_database(chat: Chat) -> None:
    key = world.key(chat.case)

    assert not any(key in bytes(sealed) for sealed in Seal.objects.values_list("sealed", flat=True))


def test_nobody_else_opens_a_case(team: Team, chat: Chat) -> None:
    outsider = world.counsellor(world.team("Eiche"), "Ida")
    stranger, _ = access.new_seeker()
    keyless = replace(chat.counsellor, ring=None)
    newcomer = Actor.for_staff(Staff.objects.get(pk=world.staff(team, "Neu").id), "s", Ring(pairs.new_pair().private))

    for nobody in (outsider, stranger, keyless, newcomer):
        assert keys.case_keys(nobody, [chat.case]) == {}
    for locked in (outsider, keyless, newcomer):
        with pytest.raises(Locked):
            keys.case_key(locked, chat.case)


def test_a_wiped_ring_opens_nothing_any_more(chat: Chat) -> None:
    keys.case_key(chat.counsellor, chat.case)
    assert chat.counsellor.ring
    chat.counsellor.ring.wipe()

    with pytest.raises(Locked):
        keys.case_key(chat.counsellor, chat.case)


def test_a_team_without_a_vault_takes_no_case(team: Team, mara: Actor) -> None:
    TeamKey.objects.all().delete()

    with pytest.raises(Closed):
        world.waiting(team)
    with pytest.raises(Unavailable), transaction.atomic():
        keys.new_for(uuid4(), team=team.pk, seeker=access.new_seeker()[0].id)


def test_the_master_key_opens_no_new_case(chat: Chat) -> None:
    assert not Seal.objects.filter(holder_kind=Seal.Holder.MASTER).exists()


def test_one_holder_has_one_seal_per_epoch(chat: Chat) -> None:
    seal = Seal.objects.get(case=chat.case, holder_kind="team")
    seal.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        seal.save(force_insert=True)


def test_a_tampered_seal_is_unreadable_and_left_out_among_many(team: Team, chat: Chat) -> None:
    other = world.waiting(team)
    Seal.objects.filter(case=chat.case).update(sealed=b"\x02" + b"x" * 80)

    with pytest.raises(Unreadable):
        keys.case_key(anew(chat.counsellor), chat.case)
    assert set(keys.case_keys(anew(chat.counsellor), [chat.case, other.case])) == {other.case}


def test_seals_that_changed_places_do_not_open(team: Team, chat: Chat) -> None:
    other = world.waiting(team)
    theirs = {case: bytes(Seal.objects.get(case=case, holder_kind="team").sealed) for case in (chat.case, other.case)}
    Seal.objects.filter(case=chat.case, holder_kind="team").update(sealed=theirs[other.case])
    Seal.objects.filter(case=other.case, holder_kind="team").update(sealed=theirs[chat.case])

    assert keys.case_keys(anew(chat.counsellor), [chat.case, other.case]) == {}


def test_a_tampered_team_seal_locks_its_holder_alone(team: Team, chat: Chat, jon: Actor) -> None:
    TeamSeal.objects.filter(staff=chat.counsellor.id).update(sealed=b"\x02" + b"x" * 80)

    with pytest.raises(Locked):
        keys.case_key(anew(chat.counsellor), chat.case)
    assert keys.case_key(jon, chat.case) == key_rings.case_key(chat.case)


def test_a_shredded_case_is_like_an_absent_one(chat: Chat) -> None:
    Seal.objects.filter(case=chat.case).delete()

    for case in (chat.case, uuid4()):
        with pytest.raises(NotFound):
            keys.case_key(anew(chat.counsellor), case)


def test_a_nickname_that_was_tampered_with_shows_as_dots(chat: Chat) -> None:
    Case.objects.filter(pk=chat.case).update(nickname=b"\x01" + b"x" * 40)

    assert keys.nickname(world.row(chat.case), world.key(chat.case)) == "…"
    assert keys.nickname(world.row(chat.case), None) == "…"


def test_a_seal_for_no_team_opens_for_nobody(chat: Chat) -> None:
    Seal.objects.filter(case=chat.case, holder_kind="team").update(holder_id="no team at all")

    with pytest.raises(Locked):
        keys.case_key(anew(chat.counsellor), chat.case)


def test_a_seeker_from_before_the_vault_gets_no_seal_of_a_new_case_yet(team: Team, mara: Actor) -> None:
    seeker = Seeker.objects.create()

    with transaction.atomic():
        made = keys.new_for(uuid4(), team=team.pk, seeker=seeker.pk)[1]

    assert [seal.holder_kind for seal in made] == ["team"]


def test_an_erased_case_is_out_of_memory_too(chat: Chat) -> None:
    ring = chat.counsellor.ring
    assert ring
    keys.case_key(chat.counsellor, chat.case)
    Seal.objects.filter(case=chat.case).delete()

    for actor in (chat.counsellor, replace(chat.counsellor, ring=None)):
        with pytest.raises(NotFound):
            keys.case_key(actor, chat.case)
    assert ring.known(chat.case) is None


def test_staff_open_a_case_from_before_the_vault(chat: Chat) -> None:
    key = world.key(chat.case)
    Seal.objects.filter(case=chat.case).delete()
    kid, sealed = vault_keys.seal_for_master(key, chat.case)
    Seal.objects.create(case_id=chat.case, holder_kind="master", holder_id=kid, sealed=sealed)

    assert keys.case_key(anew(chat.counsellor), chat.case) == key
    assert Seal.objects.count() == 1
