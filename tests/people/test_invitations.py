"""Invitations: one code, one person, once, for seven days; and nothing that tells who works here."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from counselling.errors import Conflict, NotAllowed, NotFound
from counselling.people import attempts
from counselling.people.domain import codes, invitations, members, staffkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Invitation, Staff, StaffKey, StaffSession, Team, TeamSeal
from counselling.vault import passwords
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db
PASSWORD = "Linde-Kanu-Regen-42"


@pytest.fixture
def ole(team: Team) -> Actor:
    return world.staff(team, "Ole", "administrator")


@pytest.fixture
def jon(team: Team) -> Staff:
    """Somebody who was made in the admin."""
    person = Staff(username="Jon", alias="Jon")
    person.set_unusable_password()
    person.save(force_insert=True)
    person.teams.add(team)
    return person


def test_a_code_sets_the_first_password_once(ole: Actor, jon: Staff) -> None:
    code = invitations.invite(ole, jon.pk)

    invitations.redeem(" jon ", code.lower().replace("-", " "), PASSWORD)

    known = staffkeys.recognise("jon", PASSWORD)
    assert known is not None
    assert known[0] == jon
    assert not Invitation.objects.exists()
    with pytest.raises(invitations.Gone):
        invitations.redeem("jon", code, "Ein-anderes-Wort-99")
    assert staffkeys.recognise("jon", PASSWORD)


def test_only_a_keyed_digest_is_kept(ole: Actor, jon: Staff) -> None:
    code = invitations.invite(ole, jon.pk)

    kept = bytes(Invitation.objects.get().digest)

    assert len(kept) == 32
    assert code.encode() not in kept
    assert codes.normalise(code) == code


def test_a_new_code_ends_the_one_before(ole: Actor, jon: Staff) -> None:
    first = invitations.invite(ole, jon.pk)
    invitations.invite(ole, jon.pk)

    with pytest.raises(invitations.Gone):
        invitations.redeem("jon", first, PASSWORD)


def test_a_code_lasts_seven_days(ole: Actor, jon: Staff) -> None:
    code = invitations.invite(ole, jon.pk)
    now = timezone.now()
    assert timedelta(days=6, hours=23) < Invitation.objects.get().expires_at - now <= timedelta(days=7)
    Invitation.objects.update(expires_at=now)

    with pytest.raises(invitations.Gone):
        invitations.redeem("jon", code, PASSWORD)
    assert invitations.prune(now) == 1
    assert not Invitation.objects.exists()


def test_a_code_of_somebody_switched_off_opens_nothing(ole: Actor, jon: Staff) -> None:
    code = invitations.invite(ole, jon.pk)
    Staff.objects.filter(pk=jon.pk).update(is_active=False)

    with pytest.raises(invitations.Gone):
        invitations.redeem("jon", code, PASSWORD)
    with pytest.raises(NotFound):
        invitations.invite(ole, jon.pk)


def test_a_race_for_one_code_has_one_winner(ole: Actor, jon: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Used by another request between looking it up and setting the password: nothing of the second happens."""
    code = invitations.invite(ole, jon.pk)
    real = passwords.stretch

    def meanwhile(password: str, salt: bytes) -> bytes:
        Invitation.objects.all().delete()
        return real(password, salt)

    monkeypatch.setattr(passwords, "stretch", meanwhile)
    with pytest.raises(invitations.Gone):
        invitations.redeem("jon", code, PASSWORD)

    assert not Staff.objects.get(pk=jon.pk).has_usable_password()
    assert not StaffKey.objects.filter(staff=jon).exists()


def test_a_reset_closes_everything_at_once(ole: Actor, team: Team) -> None:
    mara, kim = world.counsellor(team, "Mara"), Staff.objects.get(pk=world.counsellor(team, "Kim").id)
    staffkeys.set_password(kim, PASSWORD)
    members.let_in(mara, team.pk, kim.pk, words=members.fingerprint(Staff.objects.get(pk=kim.pk)))
    browser = Client()
    key_rings.sign_in(browser, kim)
    assert TeamSeal.objects.filter(staff=kim).exists()

    invitations.invite(ole, kim.pk)

    assert staffkeys.recognise("kim", PASSWORD) is None
    assert not TeamSeal.objects.filter(staff=kim).exists()
    assert not StaffKey.objects.filter(staff=kim).exists()
    assert not StaffSession.objects.filter(staff=kim, revoked_at=None).exists()
    assert browser.get(reverse("people:welcome")).status_code == 302
    assert list(AuditEntry.objects.filter(subject=kim.pk, actor=ole.id).values_list("event", flat=True)) == [
        "password_reset"
    ]


def test_a_new_pair_has_to_be_let_in_again(ole: Actor, team: Team) -> None:
    mara, kim = world.counsellor(team, "Mara"), Staff.objects.get(pk=world.counsellor(team, "Kim").id)
    words = members.fingerprint(Staff.objects.get(pk=kim.pk))
    invitations.redeem("kim", invitations.invite(ole, kim.pk), PASSWORD)

    with pytest.raises(Conflict):
        members.let_in(mara, team.pk, kim.pk, words=words)
    assert [member.holds for member in members.of_team(team.pk)] == [False, True]


def test_the_last_who_opens_a_vault_cannot_be_reset(ole: Actor, team: Team) -> None:
    mara = world.counsellor(team, "Mara")

    with pytest.raises(Conflict):
        invitations.invite(ole, mara.id)

    assert TeamSeal.objects.filter(staff=mara.id).exists()
    assert not Invitation.objects.exists()


def test_nobody_resets_themselves(ole: Actor) -> None:
    with pytest.raises(Conflict):
        invitations.invite(ole, ole.id)


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_only_administrators_invite(team: Team, jon: Staff, role: str) -> None:
    with pytest.raises(NotAllowed):
        invitations.invite(world.staff(team, "Kim", role), jon.pk)


# --- the page ---------------------------------------------------------------------------------------------------------


def first(code: str, username: str = "jon", new: str = PASSWORD, again: str | None = None, **how):
    data = {"username": username, "code": code, "new": new, "again": new if again is None else again}
    return Client().post(reverse("people:first"), data, **how)


def test_page_sets_the_password_and_leads_to_the_sign_in(ole: Actor, jon: Staff) -> None:
    answer = first(invitations.invite(ole, jon.pk))

    assert answer["Location"] == reverse("people:first_done")
    assert reverse("people:sign_in") in Client().get(answer["Location"]).content.decode()
    assert staffkeys.recognise("jon", PASSWORD)


def test_used_expired_foreign_and_unknown_codes_get_the_same_page(ole: Actor, jon: Staff, team: Team) -> None:
    """Attack 34, nine ways: 410, and nothing tells which of them it was or who works here."""
    kim = Staff.objects.get(pk=world.staff(team, "Kim", "supervisor").id)
    used = invitations.invite(ole, jon.pk)
    invitations.redeem("jon", used, PASSWORD)
    foreign = invitations.invite(ole, kim.pk)
    tries = [
        (used, "jon"),
        (used, "kim"),
        (used, "niemand"),
        (foreign, "jon"),
        (foreign, "niemand"),
        (codes.new_code(), "kim"),
        (codes.new_code(), "niemand"),
    ]
    pages = {alike(first(code, username), code, username) for code, username in tries}
    Invitation.objects.update(expires_at=timezone.now())
    pages |= {alike(first(foreign, username), foreign, username) for username in ("kim", "niemand")}

    assert len(pages) == 1
    assert pages.pop()[0] == 410


def alike(answer, code: str, username: str) -> tuple[int, str]:
    """Status and page without what differs by nature."""
    lines = [line for line in answer.content.decode().splitlines() if "csrfmiddlewaretoken" not in line]
    return answer.status_code, "\n".join(lines).replace(f'"{code}"', '""').replace(f'value="{username}"', 'value=""')


def test_a_refused_code_costs_no_argon2_whoever_was_named(
    ole: Actor, jon: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal timing by construction: the right code alone is stretched for."""
    code, stretched = invitations.invite(ole, jon.pk), []
    real = passwords.stretch
    monkeypatch.setattr(passwords, "stretch", lambda *given: stretched.append(1) or real(*given))

    first(codes.new_code())
    first(codes.new_code(), "niemand")
    first(code, "niemand")
    assert stretched == []
    first(code)
    assert stretched == [1]


@pytest.mark.parametrize("new", ["x9-Q", "1234567890", "password123", "beratung-jon", "Sommer2026Sommer"])
def test_a_weak_password_keeps_the_code(ole: Actor, jon: Staff, new: str) -> None:
    username = "beratung-jon" if new == "beratung-jon" else "jon"
    code = invitations.invite(ole, jon.pk)

    page = first(code, username, new)

    assert page.status_code == 200
    assert code in page.content.decode()
    assert new not in page.content.decode().replace(f'value="{username}"', "")
    assert Invitation.objects.exists()


def test_two_different_passwords_are_said(ole: Actor, jon: Staff) -> None:
    page = first(invitations.invite(ole, jon.pk), again="Linde-Kanu-Regen-43")

    assert "Das ist nicht dasselbe." in page.content.decode()
    assert Invitation.objects.exists()


def test_what_cannot_be_a_code_is_said_at_once() -> None:
    page = first("7K3M-Q9RT")

    assert page.status_code == 200
    assert "Ein Code hat 16 Buchstaben und Ziffern." in page.content.decode()


def test_an_overlong_password_is_refused_before_it_costs_anything(ole: Actor, jon: Staff) -> None:
    assert first(invitations.invite(ole, jon.pk), new="ab" * 101).status_code == 200
    assert Invitation.objects.exists()


def test_guessing_codes_is_slowed_down(ole: Actor, jon: Staff) -> None:
    code = invitations.invite(ole, jon.pk)
    for _ in range(attempts.PER_NAME_HERE):
        assert first(codes.new_code()).status_code == 410

    assert first(code).status_code == 429
    assert first(code, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_floods_from_elsewhere_keep_nobody_from_their_first_password(ole: Actor, jon: Staff) -> None:
    code = invitations.invite(ole, jon.pk)
    for number in range(attempts.PER_NAME_ANYWHERE + 5):
        first(codes.new_code(), REMOTE_ADDR=f"203.0.113.{number}")
        Client().post("/team/sign-in/", {"username": "jon", "password": "x"}, REMOTE_ADDR=f"203.0.114.{number}")

    assert first(code).status_code == 302


def test_page_lets_passwords_be_pasted_and_made_by_the_browser() -> None:
    page = Client().get(reverse("people:first")).content.decode()

    assert page.count('autocomplete="new-password"') == 2
    assert "onpaste" not in page
