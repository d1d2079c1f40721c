"""Cases from before the vault: sealed over to people, after which the master key file opens nothing."""

from uuid import uuid4

import pytest

from chat import domain as chat_domain
from counselling.cases.domain import keys, sealing_over
from counselling.cases.domain.sealing_over import Outcome
from counselling.cases.models import Case, Seal
from counselling.errors import Locked
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, SeekerAccess, Team
from counselling.vault import digests
from counselling.vault import keys as vault_keys
from counselling.vault.master import keyring
from counselling.vault.sealing import Unreadable
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def before_the_vault(chat: Chat, *, seeker_too: bool = True) -> tuple[bytes, str]:
    """Make a chat as it was: sealed under the master key alone, its seeker without a pair. Its key, and the cookie."""
    key, token = world.key(chat.case), digests.new_token()
    Seal.objects.filter(case=chat.case).delete()
    kid, sealed = vault_keys.seal_for_master(key, chat.case)
    Seal.objects.create(case_id=chat.case, holder_kind=Seal.Holder.MASTER, holder_id=kid, sealed=sealed)
    if seeker_too:
        Seeker.objects.filter(pk=chat.seeker.id).update(public=None)
        SeekerAccess.objects.update(lookup=digests.token_lookup(token), wrapped=None)
    assert chat.seeker.ring
    chat.seeker.ring.forget(chat.case)
    assert chat.counsellor.ring
    chat.counsellor.ring.forget(chat.case)
    return key, token


def visit(token: str) -> Actor:
    found = access.seeker_by_token(token)
    assert found
    return found


def kinds(chat: Chat) -> list[str]:
    return sorted(Seal.objects.filter(case=chat.case).values_list("holder_kind", flat=True))


def test_old_cases_belong_to_team_and_seeker_afterwards(chat: Chat) -> None:
    key, _ = before_the_vault(chat, seeker_too=False)

    assert sealing_over.seal_over() == Outcome(sealed=1)

    assert kinds(chat) == ["seeker", "team"]
    assert keys.case_key(chat.counsellor, chat.case) == keys.case_key(chat.seeker, chat.case) == key
    assert sealing_over.seal_over() == Outcome()


def test_afterwards_key_file_and_database_open_nothing(chat: Chat) -> None:
    before_the_vault(chat)
    sealing_over.seal_over()

    assert not sealing_over.left().exists()
    for seal in Seal.objects.all():
        for kid, _ in keyring().keys:
            with pytest.raises(Unreadable):
                vault_keys.open_for_master(seal.sealed, kid, seal.case_id)


def test_a_team_without_a_vault_waits(chat: Chat) -> None:
    before_the_vault(chat)
    Case.objects.update(team=Team.objects.create(name="Eiche", slug="eiche"))

    assert sealing_over.seal_over() == Outcome(waiting=1)
    assert kinds(chat) == ["master"]


def test_what_was_tampered_with_is_left_as_it_is(chat: Chat) -> None:
    before_the_vault(chat)
    Seal.objects.update(sealed=b"\x01" + b"x" * 60)

    assert sealing_over.seal_over() == Outcome(damaged=1)
    assert kinds(chat) == ["master"]


def test_a_key_that_was_lost_is_no_reason_to_stop(chat: Chat) -> None:
    before_the_vault(chat)
    Seal.objects.update(holder_id="gone")

    assert sealing_over.seal_over() == Outcome(damaged=1)


def test_stopped_between_two_seals_it_goes_on(chat: Chat) -> None:
    """As a database without transactions would leave it; the seal that is there stays."""
    key, _ = before_the_vault(chat, seeker_too=False)
    Seal.objects.bulk_create(keys.new_for(chat.case, team=Team.objects.get().pk, seeker=chat.seeker.id)[1])
    real = {kind: bytes(Seal.objects.get(holder_kind=kind).sealed) for kind in ("team", "seeker")}

    assert sealing_over.seal_over() == Outcome(sealed=1)
    assert {kind: bytes(Seal.objects.get(holder_kind=kind).sealed) for kind in ("team", "seeker")} == real
    assert key


def test_a_case_that_went_meanwhile_is_passed_over(chat: Chat) -> None:
    before_the_vault(chat)

    assert sealing_over._case(uuid4()) == "gone"
    Seal.objects.all().delete()
    assert sealing_over._case(chat.case) == "gone"


def test_a_seeker_from_before_gets_a_pair_and_their_seal_while_the_old_one_is_there(chat: Chat) -> None:
    key, token = before_the_vault(chat)

    seeker = visit(token)
    assert keys.case_key(seeker, chat.case) == key
    assert kinds(chat) == ["master", "seeker"]

    sealing_over.seal_over()
    assert kinds(chat) == ["seeker", "team"]
    assert keys.case_key(visit(token), chat.case) == key


def test_a_counsellor_seals_to_the_seeker_while_the_old_seal_is_there(chat: Chat) -> None:
    key, token = before_the_vault(chat)
    visit(token)

    for _ in range(2):
        chat_domain.open_case(chat.counsellor, chat.case)

    assert kinds(chat) == ["master", "seeker"]
    sealing_over.seal_over()
    assert keys.case_key(visit(token), chat.case) == key


def test_a_seeker_who_comes_after_the_sealing_over_stays_locked_out(chat: Chat) -> None:
    """Whoever writes the database could look just like them."""
    _, token = before_the_vault(chat)
    sealing_over.seal_over()
    seeker = visit(token)

    chat_domain.open_case(chat.counsellor, chat.case)

    assert kinds(chat) == ["team"]
    with pytest.raises(Locked):
        keys.case_key(seeker, chat.case)


def test_a_seeker_who_has_not_come_yet_gets_no_seal(chat: Chat) -> None:
    before_the_vault(chat)
    sealing_over.seal_over()

    chat_domain.open_case(chat.counsellor, chat.case)

    assert kinds(chat) == ["team"]


def test_the_pair_is_made_once(chat: Chat) -> None:
    _, token = before_the_vault(chat)

    first, second = visit(token), visit(token)

    assert first.private == second.private
    assert first.private
    assert Seeker.objects.get().public is not None


def test_another_browser_from_before_stays_locked_out(chat: Chat) -> None:
    _, token = before_the_vault(chat)
    other = digests.new_token()
    mine = SeekerAccess.objects.get()
    SeekerAccess.objects.create(
        seeker=mine.seeker, kind="cookie", lookup=digests.token_lookup(other), expires_at=mine.expires_at
    )

    assert visit(token).private
    assert visit(other).private is None


def test_two_tabs_of_one_browser_get_the_same_pair(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one read the row before the first one wrote it."""
    _, token = before_the_vault(chat)
    stale = SeekerAccess.objects.select_related("seeker").get()
    first = visit(token)

    assert access._first_pair(stale, digests.token_kek(token)) == first.private
