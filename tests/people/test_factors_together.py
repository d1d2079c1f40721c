"""Second factors under two hands at once, on real transactions: one wins, and never nobody has a factor left."""

import datetime as dt

import pytest
from django.utils import timezone

from counselling.people.domain import authenticator, factors, passkeys, sparecodes
from counselling.people.domain.actors import Actor
from counselling.people.domain.factors import AlreadySetUp, LastFactor
from counselling.people.models import Staff, Team, Totp
from tests.support import second_factor, world
from tests.support.second_factor import code, give_app, give_codes, give_passkey

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 3, 2, 12, 0, 10, tzinfo=dt.UTC)


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.staff(team, "Mara")


def test_one_of_many_wins_with_the_same_code_of_the_app(mara: Actor) -> None:
    give_app(mara.id)
    typed = code(now=NOW.timestamp())

    assert sorted(world.together(*[lambda: authenticator.check(mara.id, typed, NOW)] * 6)) == [False] * 5 + [True]


def test_one_of_many_wins_with_the_same_spare_code(mara: Actor) -> None:
    typed = give_codes(mara.id)[0]

    assert sorted(world.together(*[lambda: sparecodes.use(mara.id, typed, NOW)] * 6)) == [False] * 5 + [True]
    assert factors.overview(mara).codes_left == 9


def test_one_of_two_keeps_their_first_factor(mara: Actor) -> None:
    """The owner and a thief of the password set up at the same moment: the slower one is told."""

    def set_up() -> None:
        sealed = authenticator.new_secret(mara)
        secret = authenticator._open(sealed, mara.id) or b""
        authenticator.confirm(mara, sealed, code(secret), timezone.now(), first=True)

    results = world.together(set_up, set_up)

    assert sorted(type(result) for result in results if result is not None) == [AlreadySetUp]
    assert Totp.objects.count() == 1


def test_two_tabs_cannot_remove_the_last_two(mara: Actor, settings) -> None:
    settings.DEMO = False
    give_app(mara.id)
    passkey = give_passkey(mara.id)

    results = world.together(lambda: authenticator.remove(mara), lambda: passkeys.remove(mara, passkey))

    assert [type(result) for result in results if result is not None] == [LastFactor]
    assert second_factor.count(mara.id) == 1


def test_renewed_codes_are_ten_of_one_hand(mara: Actor) -> None:
    batches = [sparecodes.new_codes(mara) for _ in range(3)]

    world.together(*[lambda batch=batch: sparecodes.keep(mara, batch) for batch in batches])

    counts = [sum(sparecodes.use(mara.id, typed, NOW) for typed in batch) for batch in batches]
    assert sorted(counts) == [0, 0, 10]
    assert Staff.objects.get().pk == mara.id
