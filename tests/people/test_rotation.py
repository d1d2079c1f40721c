"""A new master key: what moves at once, what needs the old one for a while, and that nobody is locked out."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from counselling.people.domain import (
    access,
    audit,
    authenticator,
    canary,
    factors,
    invitations,
    passphrases,
    rotation,
    sparecodes,
    staffkeys,
    teamkeys,
)
from counselling.people.domain.actors import Actor
from counselling.people.models import (
    AuditEntry,
    Invitation,
    KeyCanary,
    RecoveryCode,
    Seeker,
    SeekerAccess,
    Staff,
    StaffKey,
    Team,
    TeamSeal,
    Totp,
)
from counselling.vault import keyfile, operational, pairs, totp, wraps
from counselling.vault.master import KeyFileProblem, keyring
from counselling.vault.recovery import code_digest
from tests.people import vault_hands as hands
from tests.support import key_files
from tests.support.key_files import key_line

pytestmark = pytest.mark.django_db
PASSWORD = "Kiesel im Schuh 7"
WORDS = "kiesel zwiebelturm 8814 rolltreppe"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Settings) -> Path:
    """A key file that this test may rotate."""
    settings.MASTER_KEY_FILE = key_files.write(tmp_path, key_line("k1"))
    return Path(settings.MASTER_KEY_FILE)


@pytest.fixture
def mara(team: Team) -> Actor:
    """With a password, an app and spare codes, all under the first key."""
    actor = hands.person(team, "Mara")
    staffkeys.set_password(Staff.objects.get(pk=actor.id), PASSWORD)
    Totp.objects.create(staff_id=actor.id, sealed=sealed_secret(actor), confirmed_at=timezone.now())
    RecoveryCode.objects.create(staff_id=actor.id, digest=code_digest(actor.id, "AAAAA-BBBBB"))
    return actor


def sealed_secret(actor: Actor) -> bytes:
    return operational.seal_operational(totp.new_secret().hex(), authenticator._purpose(actor.id))


def rotate(path: Path, *, days: int = 0) -> str:
    """As the command does; `days` from now."""
    kid = keyfile.add_key(path, timezone.localdate() + timedelta(days=days))
    rotation.renew()
    return kid


def kept_seeker() -> Actor:
    actor, _ = access.new_seeker()
    passphrases.keep(actor, "Stiller Otter", WORDS)
    return actor


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def test_everything_moves_and_everybody_signs_in(mara: Actor, own_keys: Path) -> None:
    canary.check()
    secret = operational.open_operational(Totp.objects.get().sealed, authenticator._purpose(mara.id))
    before = staffkeys.recognise("mara", PASSWORD)

    kid = keyfile.add_key(own_keys, timezone.localdate())
    moved = rotation.renew()

    assert moved == {"passwords of staff": 1, "authenticator apps": 1, "public keys": 1}
    assert wraps.kid_of(StaffKey.objects.get().wrapped) == kid
    assert operational.open_operational(Totp.objects.get().sealed, authenticator._purpose(mara.id)) == secret
    after = staffkeys.recognise("mara", PASSWORD)
    assert before
    assert after
    assert before[1] == after[1]
    assert set(KeyCanary.objects.values_list("kid", flat=True)) == {"k1", kid}


def test_repeating_moves_nothing(mara: Actor, own_keys: Path) -> None:
    rotate(own_keys)

    assert rotation.renew() == {"passwords of staff": 0, "authenticator apps": 0, "public keys": 0}


def test_damaged_rows_stop_nobody_else(team: Team, mara: Actor, own_keys: Path) -> None:
    jon = hands.person(team, "Jon")  # whose wrap is none
    StaffKey.objects.filter(staff=jon.id).update(wrapped=b"\x03\x02k1 and nothing of ours")

    rotate(own_keys)

    assert staffkeys.recognise("mara", PASSWORD)
    assert rotation.renew() == {"passwords of staff": 0, "authenticator apps": 0, "public keys": 0}
    StaffKey.objects.filter(staff=jon.id).update(wrapped=b"")
    assert rotation.needs("k1", timezone.now()) == {"people's spare codes": 1}


def test_a_pepper_whose_key_is_gone_is_passed_over(mara: Actor, settings: Settings, tmp_path: Path) -> None:
    settings.MASTER_KEY_FILE = key_files.write(tmp_path, key_line("k9"))

    assert rotation._repepper(StaffKey.objects.get()) is False


def test_a_row_that_changed_meanwhile_is_left_as_it_is(mara: Actor, own_keys: Path) -> None:
    stale = StaffKey.objects.get()
    staffkeys.set_password(Staff.objects.get(pk=mara.id), "Zwiebelturm 9 Kiesel")
    keyfile.add_key(own_keys, timezone.localdate())

    assert staffkeys.repepper(stale) is False
    assert staffkeys.recognise("mara", "Zwiebelturm 9 Kiesel")


def test_before_rotating_the_old_key_is_needed_by_all(mara: Actor, own_keys: Path) -> None:
    kept_seeker()
    keyfile.add_key(own_keys, timezone.localdate())

    assert rotation.needs("k1", timezone.now()) == {
        "passwords of staff": 1,
        "authenticator apps": 1,
        "public keys": 1,
        "people's spare codes": 1,
        "young people's passphrases": 1,
    }


def test_after_rotating_only_what_needs_somebodys_secret_is_left(mara: Actor, own_keys: Path) -> None:
    kept_seeker()
    rotate(own_keys)

    assert rotation.needs("k1", timezone.now()) == {"people's spare codes": 1, "young people's passphrases": 1}


def test_a_young_persons_sign_in_changes_over(own_keys: Path) -> None:
    seeker = kept_seeker()
    rotate(own_keys, days=-3)
    assert rotation.needs("k1", timezone.now()) == {}  # they were seen after that day

    Seeker.objects.filter(pk=seeker.id).update(seen_on=timezone.localdate() - timedelta(days=9))
    assert rotation.needs("k1", timezone.now()) == {"young people's passphrases": 1}
    assert passphrases.sign_in("Stiller Otter", WORDS)
    assert rotation.needs("k1", timezone.now()) == {}
    rotation.forget("k1")
    keyfile.remove_key(own_keys, "k1")
    Seeker.objects.update(seen_on=None)
    assert rotation.needs(keyring().active_kid, timezone.now())["young people's passphrases"] == 1


def test_a_passphrase_opens_after_the_old_key_is_gone(own_keys: Path) -> None:
    kept_seeker()
    rotate(own_keys)
    assert passphrases.sign_in("Stiller Otter", WORDS)
    rotation.forget("k1")
    keyfile.remove_key(own_keys, "k1")

    assert passphrases.sign_in("Stiller Otter", WORDS)
    canary.check()


def test_new_spare_codes_need_the_new_key(mara: Actor, own_keys: Path) -> None:
    rotate(own_keys, days=-2)
    assert "people's spare codes" in rotation.needs("k1", timezone.now())

    audit.note("factor_added", by=mara, subject=mara.id, code=factors.SPARE)

    assert rotation.needs("k1", timezone.now()) == {}
    assert sparecodes.exist(mara.id)


def test_invitations_and_codes_expire(team: Team, own_keys: Path) -> None:
    seeker, _ = access.new_seeker()
    access.issue_code(seeker)
    staff = Staff.objects.create(username="neu", alias="Neu")
    Invitation.objects.create(staff=staff, digest=b"d" * 32, expires_at=timezone.now() + invitations.VALID)
    rotate(own_keys)

    assert rotation.needs("k1", timezone.now()) == {"invitations": 1, "return codes": 1}
    assert rotation.needs("k1", timezone.now() + timedelta(days=60)) == {}
    SeekerAccess.objects.filter(kind="code").delete()
    assert rotation.needs("k1", timezone.now()) == {"invitations": 1}


def test_the_audit_trail_counts_what_it_was_chained_with(own_keys: Path) -> None:
    audit.note("signed_in")
    AuditEntry.objects.update(kid="k1")
    rotate(own_keys)

    assert rotation.needs("k1", timezone.now()) == {"audit entries (to verify them)": 1}


def test_a_key_put_there_by_hand_tells_no_day_so_everything_counts(tmp_path: Path, settings: Settings) -> None:
    settings.MASTER_KEY_FILE = key_files.write(tmp_path, old := key_line("mine"))
    kept_seeker()
    settings.MASTER_KEY_FILE = key_files.write(tmp_path, key_line("by-hand"), old)

    assert rotation.needs("mine", tomorrow()) == {"young people's passphrases": 1}


def test_public_halves_are_vouched_for_under_the_new_key_at_once(team: Team, mara: Actor, own_keys: Path) -> None:
    jon = hands.person(team, "Jon")
    hands.found(jon, team)
    keyfile.add_key(own_keys, timezone.localdate())
    assert rotation.needs("k1", timezone.now())["public keys"] == 5  # two people, the team's, Jon's place, the paper

    assert rotation.renew()["public keys"] == 5

    assert "public keys" not in rotation.needs("k1", timezone.now())
    rotation.forget("k1")
    keyfile.remove_key(own_keys, "k1")
    assert teamkeys.holds(jon.id, team.pk)
    hands.renew(hands.anew(jon), team)
    ida = hands.person(team, "Ida")
    hands.let_in(hands.anew(jon), team, ida)
    hands.leave(ida, team)
    assert TeamSeal.objects.filter(team_key__epoch=3).count() == 2


def test_no_rotation_makes_a_public_half_right_that_was_not(team: Team, mara: Actor, own_keys: Path) -> None:
    jon = hands.person(team, "Jon")
    hands.found(jon, team)
    hands.plant(team.pk)
    StaffKey.objects.filter(staff=jon.id).update(public=pairs.new_pair().public)

    kid = rotate(own_keys)

    assert rotation.needs(kid, timezone.now())["public keys"] == 3  # Mara's, the team's true one, the paper
    newest = teamkeys.newest(team.pk)
    assert newest
    assert newest.epoch == 1


def test_a_forgotten_key_is_not_asked_for_at_the_start(own_keys: Path) -> None:
    canary.check()
    keyfile.add_key(own_keys, date(2026, 11, 23))
    rotation.renew()

    rotation.forget("k1")
    keyfile.remove_key(own_keys, "k1")

    canary.check()
    with pytest.raises(KeyFileProblem):
        keyring().derive("x", "k1")
