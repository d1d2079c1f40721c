"""Second factors in the domain: the app's codes count once, spare codes too, and the last factor stays."""

import datetime as dt
from uuid import UUID

import django
import pytest
from django.utils import timezone

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.errors import Invalid, NotAllowed, NotFound
from counselling.people.domain import access, authenticator, factors, passkeys, signing_in, sparecodes
from counselling.people.domain.actors import Actor
from counselling.people.domain.factors import AlreadySetUp, LastFactor
from counselling.people.domain.signing_in import Step
from counselling.people.models import AuditEntry, Passkey, RecoveryCode, StaffSession, Team, Totp
from counselling.vault import totp
from tests.support import second_factor, world
from tests.support.key_files import key_line
from tests.support.second_factor import code, give_app, give_codes, give_passkey

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 12, 0, 10, tzinfo=dt.UTC)
ON = NOW.timestamp()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.staff(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return world.staff(team, "Jon")


def at(steps: int) -> str:
    return code(now=ON, steps=steps)


def events() -> list[tuple[str, UUID | None, str]]:
    return list(AuditEntry.objects.order_by("at").values_list("event", "actor", "code"))


# --- The app ---


def test_code_of_the_app_counts_once(mara: Actor) -> None:
    give_app(mara.id)

    assert [authenticator.check(mara.id, at(0), NOW) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_of_the_phone_may_drift_by_one_step(mara: Actor, steps: int, right: bool) -> None:
    give_app(mara.id)

    assert authenticator.check(mara.id, at(steps), NOW) is right


def test_earlier_step_no_longer_counts_after_a_later_one(mara: Actor) -> None:
    give_app(mara.id)

    assert [authenticator.check(mara.id, at(steps), NOW) for steps in (1, 0, -1)] == [True, False, False]


@pytest.mark.parametrize("typed", ["", " ", "000000", "12345", "1234567", "abc", "７５５２２４", "é" * 6])
def test_other_codes_are_refused(mara: Actor, typed: str) -> None:
    give_app(mara.id)

    assert not authenticator.check(mara.id, typed, NOW)


def test_spaces_in_a_code_are_forgiven(mara: Actor) -> None:
    give_app(mara.id)

    assert authenticator.check(mara.id, f" {at(0)[:3]} {at(0)[3:]} ", NOW)


def test_secret_is_bound_to_its_person(mara: Actor, jon: Actor) -> None:
    """A row that was copied to somebody else's name opens nothing for them."""
    give_app(mara.id)
    stolen = Totp.objects.get(staff=mara.id).sealed
    Totp.objects.create(staff_id=jon.id, sealed=stolen, confirmed_at=NOW)

    assert not authenticator.check(jon.id, at(0), NOW)
    assert authenticator.offer(jon, bytes(stolen), "Beratung") is None


def test_secret_lies_nowhere_in_clear(mara: Actor) -> None:
    sealed = authenticator.new_secret(mara)
    offer = authenticator.offer(mara, sealed, "Beratung")
    assert offer

    assert offer.text.replace(" ", "") in offer.address
    assert offer.text.replace(" ", "").encode() not in sealed
    assert offer.text not in repr(offer)


def test_app_counts_only_once_a_code_of_it_came_back(mara: Actor) -> None:
    sealed = authenticator.new_secret(mara)
    secret = authenticator._open(sealed, mara.id)
    assert secret

    assert not authenticator.confirm(mara, sealed, "000000", NOW)
    assert not factors.has_any(mara.id)
    assert authenticator.confirm(mara, sealed, code(secret, now=ON), NOW)
    assert factors.has_any(mara.id)
    assert not authenticator.check(mara.id, code(secret, now=ON), NOW)
    assert events() == [("factor_added", mara.id, "app")]


def test_new_app_takes_the_place_of_the_old_one(mara: Actor) -> None:
    give_app(mara.id)
    sealed = authenticator.new_secret(mara)
    secret = authenticator._open(sealed, mara.id)
    assert secret
    authenticator.confirm(mara, sealed, code(secret, now=ON), NOW)

    assert not authenticator.check(mara.id, at(1), NOW)
    assert authenticator.check(mara.id, code(secret, now=ON, steps=1), NOW)


def test_secrets_move_to_the_new_master_key(mara: Actor, jon: Actor, use_keys) -> None:
    old, new = key_line("old"), key_line("new")
    use_keys(old)
    give_app(mara.id)
    use_keys(new, old)
    give_app(jon.id)

    assert (authenticator.reseal(), authenticator.reseal()) == (1, 0)
    use_keys(new)
    assert authenticator.check(mara.id, at(0), NOW)


def test_unreadable_secret_is_left_alone_and_refused(mara: Actor) -> None:
    Totp.objects.create(staff_id=mara.id, sealed=b"rubbish", confirmed_at=NOW)

    assert authenticator.reseal() == 0
    assert not authenticator.check(mara.id, at(0), NOW)


# --- Spare codes ---


def test_spare_code_counts_once_however_it_is_typed(mara: Actor) -> None:
    codes = sparecodes.new_codes(mara)
    sparecodes.keep(mara, codes)
    typed = codes[3].lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert [sparecodes.use(mara.id, typed, NOW) for _ in range(2)] == [True, False]
    assert factors.overview(mara).codes_left == 9


def test_spare_codes_lie_there_as_digests_alone(mara: Actor) -> None:
    codes = give_codes(mara.id)
    kept = b"".join(bytes(row.digest) for row in RecoveryCode.objects.all())

    assert not any(code.encode() in kept or code.replace("-", "").encode() in kept for code in codes)


def test_codes_count_only_once_they_are_kept(mara: Actor) -> None:
    codes = sparecodes.new_codes(mara)

    assert not sparecodes.use(mara.id, codes[0], NOW)


def test_renewing_ends_the_earlier_codes(mara: Actor) -> None:
    old, new = give_codes(mara.id), sparecodes.new_codes(mara)
    sparecodes.keep(mara, new)

    assert [sparecodes.use(mara.id, typed, NOW) for typed in (old[0], new[0])] == [False, True]
    assert events() == [("factor_added", mara.id, "spare_code")]


def test_codes_of_somebody_else_do_not_count(mara: Actor, jon: Actor) -> None:
    assert not sparecodes.use(jon.id, give_codes(mara.id)[0], NOW)


def test_code_from_before_a_rotation_counts(mara: Actor, use_keys) -> None:
    old = key_line("old")
    use_keys(old)
    codes = give_codes(mara.id)
    use_keys(key_line("new"), old)

    assert sparecodes.use(mara.id, codes[0], NOW)


@pytest.mark.parametrize("codes", [[], ["7K3MQ-R2X9B"], ["7K3MQ-R2X9B"] * 10])
def test_fewer_than_ten_codes_are_refused(mara: Actor, codes: list[str]) -> None:
    with pytest.raises(Invalid):
        sparecodes.keep(mara, codes)


# --- What stays ---


def test_last_factor_stays_where_one_is_needed(mara: Actor, settings) -> None:
    settings.DEMO = False
    give_app(mara.id)
    passkey = give_passkey(mara.id)
    codes = give_codes(mara.id)
    authenticator.remove(mara)

    with pytest.raises(LastFactor):
        passkeys.remove(mara, passkey)
    assert second_factor.count(mara.id) == 1
    assert sparecodes.use(mara.id, codes[0], NOW)
    assert events() == [("factor_removed", mara.id, "app")]


def test_demo_lets_the_last_one_go_with_its_spare_codes(mara: Actor, settings) -> None:
    settings.DEMO = True
    give_app(mara.id)
    give_codes(mara.id)

    authenticator.remove(mara)

    assert (factors.has_any(mara.id), sparecodes.exist(mara.id)) == (False, False)


def test_somebody_elses_passkey_is_as_absent(mara: Actor, jon: Actor) -> None:
    give_app(jon.id)
    passkey = give_passkey(mara.id)

    for attempt in (lambda: passkeys.remove(jon, passkey), lambda: passkeys.rename(jon, passkey, "Meins")):
        with pytest.raises(NotFound):
            attempt()
    assert Passkey.objects.get().name == "Handy"


def test_passkeys_are_renamed_tidily(mara: Actor) -> None:
    passkey = give_passkey(mara.id)

    passkeys.rename(mara, passkey, "  Mein \n  Laptop " + "x" * 60)

    assert Passkey.objects.get().name == ("Mein Laptop " + "x" * 60)[:40]
    with pytest.raises(Invalid):
        passkeys.rename(mara, passkey, " \t ")


def test_administrator_resets_and_ends_the_sign_ins(mara: Actor, team: Team) -> None:
    technik = world.staff(team, "Technik", "administrator")
    give_app(mara.id)
    give_passkey(mara.id)
    give_codes(mara.id)
    now = timezone.now()
    StaffSession.objects.create(staff_id=mara.id, session_key="k", token_lookup=b"t", began_at=now, active_at=now)

    factors.reset(technik, mara.id)

    assert (factors.has_any(mara.id), sparecodes.exist(mara.id)) == (False, False)
    assert StaffSession.objects.get().revoked_at is not None
    assert ("factor_removed", technik.id, "reset") in events()
    with pytest.raises(NotFound):
        factors.reset(technik, UUID(int=0))


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_nobody_else_resets(mara: Actor, team: Team, role: str) -> None:
    give_app(mara.id)

    with pytest.raises(NotAllowed):
        factors.reset(world.staff(team, "Kim", role), mara.id)
    assert factors.has_any(mara.id)


def test_young_people_have_no_factors(team: Team) -> None:
    seeker = access.new_seeker()[0]

    for attempt in (
        lambda: factors.overview(seeker),
        lambda: authenticator.new_secret(seeker),
        lambda: authenticator.confirm(seeker, b"", "", NOW),
        lambda: authenticator.remove(seeker),
        lambda: sparecodes.new_codes(seeker),
        lambda: sparecodes.keep(seeker, [str(n) for n in range(10)]),
        lambda: passkeys.rename(seeker, 1, "x"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# --- The steps of signing in ---


def test_steps_in_production(mara: Actor, settings) -> None:
    settings.DEMO = False
    assert signing_in.next_step(mara.id, proved=False) is Step.SET_UP
    give_app(mara.id)
    assert signing_in.next_step(mara.id, proved=False) is Step.PROVE
    assert signing_in.next_step(mara.id, proved=True) is Step.KEEP_CODES
    give_codes(mara.id)
    assert signing_in.next_step(mara.id, proved=False) is Step.PROVE
    assert signing_in.next_step(mara.id, proved=True) is Step.ENTER


def test_demo_asks_whoever_has_a_factor(mara: Actor, settings) -> None:
    settings.DEMO = True
    assert signing_in.next_step(mara.id, proved=False) is Step.ENTER
    give_passkey(mara.id)
    assert signing_in.next_step(mara.id, proved=False) is Step.PROVE


def test_either_kind_of_code_proves(mara: Actor) -> None:
    give_app(mara.id)
    spare = give_codes(mara.id)[0]

    assert [signing_in.prove(mara.id, typed, NOW) for typed in (at(0), at(0), spare, spare)] == [
        "app",
        "",
        "spare_code",
        "",
    ]


def test_first_factor_is_for_who_comes_first(mara: Actor) -> None:
    """Whoever knows the password alone cannot put a factor of their own beside the owner's."""
    sealed = authenticator.new_secret(mara)
    secret = authenticator._open(sealed, mara.id)
    assert secret
    give_passkey(mara.id)

    with pytest.raises(AlreadySetUp):
        authenticator.confirm(mara, sealed, code(secret, now=ON), NOW, first=True)
    assert second_factor.count(mara.id) == 1


def test_step_is_thirty_seconds() -> None:
    """What `at` counts in."""
    assert totp.STEP == 30
