"""Hands for tests of the team's vault: people whose keys are nowhere but with them, as after a real sign-in."""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from django.test import Client
from django.utils import timezone

from counselling.cases.domain import keys
from counselling.cases.models import Seal
from counselling.people.domain import members, papers, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff, Team, TeamKey, TeamSeal
from counselling.vault import pairs, seals
from counselling.vault.sealing import Unreadable
from tests.support import key_rings


def person(team: Team, alias: str, role: str = "counsellor") -> Actor:
    """Somebody of the team with a key pair, let into nothing."""
    staff = Staff(username=alias.lower(), alias=alias, role=role)
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staff.teams.add(team)
    return Actor.for_staff(staff, f"session of {alias}", Ring(key_rings.give_pair(staff)))


def browser_of(actor: Actor) -> Client:
    """Their browser, signed in."""
    browser = Client()
    key_rings.sign_in(browser, Staff.objects.get(pk=actor.id))
    return browser


def anew(actor: Actor) -> Actor:
    """The same person after a fresh sign-in: nothing opened yet."""
    assert actor.private
    return replace(actor, ring=Ring(actor.private))


def found(actor: Actor, team: Team) -> str:
    """Found the team's vault as a counsellor does; the paper."""
    paper = papers.draw(actor, team.pk)
    papers.found(actor, team.pk, typed=paper.printed, public=paper.public)
    return paper.printed


def renew(actor: Actor, team: Team) -> str:
    """A new paper."""
    paper = papers.draw(actor, team.pk)
    papers.renew(actor, team.pk, typed=paper.printed, public=paper.public)
    return paper.printed


def let_in(actor: Actor, team: Team, newcomer: Actor) -> None:
    """After both compared the words."""
    members.let_in(actor, team.pk, newcomer.id, words=words_of(newcomer.id))


def plant(team: UUID) -> tuple[TeamKey, bytes]:
    """As somebody who may write the database: an epoch of their own, sealed to everybody inside; its private half."""
    pair, now = pairs.new_pair(), timezone.now()
    last = TeamKey.objects.filter(team=team).order_by("-epoch").first()
    epoch = last.epoch + 1 if last else 1
    mac = last.mac if last else b""  # the best that can be copied
    key = TeamKey.objects.create(
        team_id=team, epoch=epoch, public=pair.public, mac=mac, began_at=now, confirmed_at=now if last else None
    )
    inside = TeamSeal.objects.filter(team_key=last, staff__key__isnull=False)
    for staff, public in list(inside.values_list("staff", "staff__key__public")):
        seal = teamkeys.new_seal(key, pair.private, staff, bytes(public))
        seal.mac = b""  # which only the server can make
        seal.save(force_insert=True)
    return key, pair.private


def opens(key: TeamKey, private: bytes) -> int:
    """How many seals in the database this half of an epoch opens: of cases, and of other epochs."""
    holder, found = keys.team_holder(key.team_id, key.epoch), 0
    for sealed, case in Seal.objects.filter(holder_kind="team").values_list("sealed", "case"):
        with suppress(Unreadable):
            found += bool(seals.open_case_key(private, sealed, case, holder))
    for seal in TeamSeal.objects.filter(team_key__team=key.team_id, holder_kind="epoch").select_related("team_key"):
        with suppress(Unreadable):
            found += bool(
                seals.open_team_key(private, seal.sealed, key.team_id, seal.team_key.epoch, f"epoch:{key.epoch}")
            )
    return found


def words_of(staff: UUID) -> str:
    """Somebody's six words."""
    return members.fingerprint(Staff.objects.select_related("key").get(pk=staff))


def leave(actor: Actor, team: Team) -> bool:
    """The administrator switches somebody off."""
    Staff.objects.filter(pk=actor.id).update(is_active=False)
    return members.reconcile(team.pk)
