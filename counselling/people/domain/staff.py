"""Accounts: let in from the command line, changed by an administrator (in Django's admin), own passwords."""

from collections.abc import Callable, Collection
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from counselling.errors import Conflict, Invalid
from counselling.people.domain import audit, invitations, members, staffkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.revoking import revoke
from counselling.people.models import Staff, StaffSession, Team, TeamSeal

_when_gone: list[Callable[[UUID], None]] = []


def when_gone(follow: Callable[[UUID], None]) -> None:
    """Have `follow` called, in the same transaction, with whoever does not counsel any more; rooms above say so."""
    _when_gone.append(follow)


def let_in(username: str, *, password: str, alias: str, role: str, team: str, languages: list[str]) -> bool:
    """Create a member of staff in a team, or set an existing one's password; True when created.

    Another password than before makes a new key pair: a colleague or the recovery key lets them in again.
    Raises Invalid with the rule's sentence for a password that is too weak, a taken alias, an unknown role, and where
    the new pair would close a team's vault for good.
    """
    known = Staff.objects.filter(username__iexact=username).first()
    person = known or Staff(username=username, alias=alias, role=role, languages=languages)
    try:
        validate_password(password, person)
        if known is None:
            person.full_clean(exclude=["password"])
    except ValidationError as wrong:
        raise Invalid(" ".join(wrong.messages)) from None
    with transaction.atomic():
        home, _ = Team.objects.get_or_create(slug=team, defaults={"name": team})
        if known is None:
            person.set_unusable_password()
            person.save(force_insert=True)
        person.teams.add(home)
    if known is None or staffkeys.open_private(person, password) is None:
        _set_password(person, password)
    return known is None


def _set_password(person: Staff, password: str) -> None:
    try:
        members.require_not_last(person.pk)
    except Conflict as refusal:
        raise Invalid(refusal.sentence) from None
    staffkeys.set_password(person, password, also=lambda: invitations.withdraw(person.pk))


def require_may_lose(staff: UUID, *, keeps: Collection[UUID]) -> None:
    """Raises Conflict when somebody counselling in these teams only would leave a vault without anybody to open it."""
    for team in _held(staff) - set(keeps):
        members.require_not_last(staff, team=team)


def changed(actor: Actor, staff: UUID) -> None:
    """After an administrator changed role, teams or switched somebody off: what they may not open any more is closed.

    Their seals go, a new epoch begins in each such team (pitfalls 12), and they are signed out everywhere, since keys
    that a session has opened lie in memory. Raises Conflict when nobody else could open a vault then: undo the change.
    """
    actor.require_administrator()
    with transaction.atomic():
        person = Staff.objects.get(pk=staff)
        counsels = person.is_active and person.role == Staff.Role.COUNSELLOR
        keeps = set(person.teams.values_list("pk", flat=True)) if counsels else set()
        lost = staffkeys.hold_vaults(staff) - keeps
        require_may_lose(staff, keeps=keeps)
        for team in lost:
            members.reconcile(team, by=actor)
        if not counsels:
            for follow in _when_gone:
                follow(person.pk)
        if not person.is_active:
            revoke(StaffSession.objects.filter(staff=person, revoked_at=None))
            invitations.withdraw(person.pk)


def change_password(actor: Actor, *, old: str, new: str, also: Callable[[], None]) -> bool:
    """My own new password around the same keys; every other sign-in of mine ends. False when the old one is wrong.

    The caller judged the new one. `also` is done in the same transaction.
    """
    person = Staff.objects.select_related("key").get(pk=actor.id)
    private = staffkeys.open_private(person, old)
    if private is None:
        return False

    def note() -> None:
        audit.note("password_changed", by=actor, subject=actor.id)
        also()

    staffkeys.change_password(person, private, new, session=UUID(actor.access), also=note)
    return True


def _held(staff: UUID) -> set[UUID]:
    """The teams whose vault this person holds a key of."""
    return set(TeamSeal.objects.filter(staff=staff).values_list("team_key__team", flat=True))
