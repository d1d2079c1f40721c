"""A team's key pair, epoch by epoch: who can open it, and what new things are sealed to.

The public half seals every new case's key; the private half exists only sealed to members, to the printed recovery
key, and to the team's next epoch (design section 5, pitfalls 12). An epoch that the server does not vouch for is as if
it were not there: whoever writes the database could have planted it. How a vault begins: `papers.py`; who is in it:
`members.py`.
"""

from collections.abc import Iterable
from itertools import count, pairwise
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from counselling.errors import NotAllowed, Unavailable
from counselling.people.domain import vouching
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff, StaffKey, Team, TeamKey, TeamSeal
from counselling.vault import pairs, seals
from counselling.vault import vouching as macs
from counselling.vault.sealing import Unreadable

UNSET: Final = "unset"  # the team has no vault yet
SHUT: Final = "shut"  # it has one, and this person was not let in
OPEN: Final = "open"


def newest(team: UUID) -> TeamKey | None:
    """The epoch that new cases are sealed to; None until the team's vault is set up and confirmed."""
    return next((key for key in _confirmed(team) if is_vouched(key)), None)


def is_vouched(key: TeamKey) -> bool:
    """Whether the server itself began this epoch."""
    return vouching.team_key(key.team_id, key.epoch, key.public, key.mac)


def is_founded(team: UUID) -> bool:
    """Whether the team has a vault, although perhaps none that the server vouches for."""
    return _confirmed(team).exists()


def sealing_key(team: UUID) -> TeamKey:
    """As `newest`, held until the transaction ends: an epoch is destroyed only when nobody is sealing to it.

    Needs `atomic`; raises Unavailable while the team has no vault.
    """
    found = _held(team) or _held(team)  # the one that was newest may go in the moment we wait for it
    if found is None:
        raise Unavailable
    return found


def standing(staff: UUID, team: UUID) -> str:
    """UNSET, SHUT or OPEN: how this person stands to the team's vault. Two queries."""
    key = newest(team)
    if key is None:
        return SHUT if is_founded(team) else UNSET
    return OPEN if TeamSeal.objects.filter(team_key=key, staff=staff).exists() else SHUT


def holds(staff: UUID, team: UUID) -> bool:
    """Whether this person can open the team's newest epoch."""
    return standing(staff, team) == OPEN


def counselling(team: UUID) -> QuerySet[Staff]:
    """Everybody who counsels in a team now: those who may be let into its vault."""
    return Staff.objects.filter(teams=team, is_active=True, role=Staff.Role.COUNSELLOR)


def openers(team: UUID) -> QuerySet[Staff]:
    """Who counsels here and can open the vault; nobody while there is none."""
    key = newest(team)
    return counselling(team).filter(team_seals__team_key=key) if key else Staff.objects.none()


def without_vault() -> list[str]:
    """The names of teams with counsellors whose vault was never set up."""
    somebody = Q(staff__is_active=True, staff__role=Staff.Role.COUNSELLOR)
    founded = TeamKey.objects.filter(confirmed_at__isnull=False).values("team")
    teams = Team.objects.filter(somebody).exclude(pk__in=founded).distinct().order_by("name")
    return list(teams.values_list("name", flat=True))


def require_member(actor: Actor, team: UUID) -> None:
    """Raises NotAllowed for anybody who does not counsel in this team."""
    actor.require_counsellor()
    if not counselling(team).filter(pk=actor.id).exists():
        raise NotAllowed


def private_half(actor: Actor, team: UUID, epoch: int) -> bytes | None:
    """The team's private half of an epoch as this session can open it; None when it cannot."""
    return private_halves(actor, [(team, epoch)]).get((team, epoch))


def private_halves(actor: Actor, places: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], bytes]:
    """What this session can open of these (team, epoch); one query for each team that its ring does not know."""
    ring = actor.ring
    if ring is None or ring.private is None or actor.kind != "staff":
        return {}
    wanted = set(places)
    for team in {place[0] for place in wanted if place not in ring.teams}:
        open_team(ring, actor.id, team)
    return {place: private for place in wanted if (private := ring.teams.get(place))}


def open_team(ring: Ring, staff: UUID | None, team: UUID) -> None:
    """Open all epochs of a team into a ring: by a member's own seals (`staff`), or by the recovery key's (None).

    What is not sealed to the holder directly is reached through the later epoch it was sealed to. Anybody can seal
    anything to a public half, so what does not belong to the epoch's public half is not taken, and no epoch is that the
    server does not vouch for. One query.
    """
    publics: dict[int, bytes] = {}
    mine: dict[int, bytes] = {}
    chain: dict[int, bytes] = {}
    rows = TeamSeal.objects.filter(team_key__team=team)
    fields = ("team_key__epoch", "team_key__public", "team_key__mac", "holder_kind", "staff", "sealed")
    for epoch, public, mac, kind, owner, sealed in rows.values_list(*fields):
        if epoch not in publics and vouching.team_key(team, epoch, public, mac):
            publics[epoch] = bytes(public)
        if kind == TeamSeal.Holder.EPOCH:
            chain[epoch] = bytes(sealed)
        elif owner == staff and (kind == TeamSeal.Holder.RECOVERY) == (staff is None):
            mine[epoch] = bytes(sealed)
    ring.let_go(team, publics)
    for after, epoch in pairwise([0, *sorted(publics, reverse=True)]):
        for private, sealed, name in (
            (ring.private, mine.get(epoch), holder(staff)),
            (ring.teams.get((team, after)), chain.get(epoch), _epoch(after)),
        ):
            opened = _open(private, sealed, team, epoch, name)
            if opened and pairs.public_of(opened) == publics[epoch]:
                ring.hold(team, epoch, opened)


def write_epoch(team: UUID, *, after: int, holders: Iterable[UUID]) -> TeamKey:
    """A fresh pair, sealed to these members and to the recovery key; needs nobody's keys. Needs `atomic`.

    Only to public halves that the server vouches for; its number is the first free one after `after`.
    """
    pair, now = pairs.new_pair(), timezone.now()
    taken = set(TeamKey.objects.filter(team=team).values_list("epoch", flat=True))
    epoch = next(number for number in count(after + 1) if number not in taken)
    mac = macs.vouch(macs.team_key(team, epoch), pair.public)
    key = TeamKey.objects.create(team_id=team, epoch=epoch, public=pair.public, mac=mac, began_at=now, confirmed_at=now)
    keys = filter(vouching.staff_key, StaffKey.objects.filter(staff__in=list(holders)))
    made = [new_seal(key, pair.private, one.staff_id, bytes(one.public)) for one in keys]
    if paper := vouching.paper(team):
        made.append(new_seal(key, pair.private, None, paper))
    TeamSeal.objects.bulk_create(made)
    return key


def new_seal(key: TeamKey, private: bytes, staff: UUID | None, public: bytes) -> TeamSeal:
    """An epoch's private half for one member, unsaved; None is the recovery key."""
    kind = TeamSeal.Holder.STAFF if staff else TeamSeal.Holder.RECOVERY
    sealed = seals.seal_team_key(private, public, key.team_id, key.epoch, holder(staff))
    mac = macs.vouch(macs.place(key.team_id, key.epoch, staff), public) if staff else b""
    return TeamSeal(team_key=key, holder_kind=kind, staff_id=staff, sealed=sealed, mac=mac, at=timezone.now())


def chain_seal(key: TeamKey, private: bytes, to: TeamKey) -> TeamSeal:
    """An epoch's private half for the epoch after it, unsaved."""
    sealed = seals.seal_team_key(private, bytes(to.public), key.team_id, key.epoch, _epoch(to.epoch))
    return TeamSeal(team_key=key, holder_kind=TeamSeal.Holder.EPOCH, sealed=sealed, at=timezone.now())


def holder(staff: UUID | None) -> str:
    """A member's name in a team seal's binding; None is the recovery key."""
    return f"staff:{staff}" if staff else "recovery"


def _epoch(epoch: int) -> str:
    return f"epoch:{epoch}"


def _held(team: UUID) -> TeamKey | None:
    """The newest epoch, locked. It alone: with older ones, whoever destroys them and we would wait for each other."""
    key = newest(team)
    held = TeamKey.objects.select_for_update(no_key=True).filter(pk=key.pk).first() if key else None
    return held if held and is_vouched(held) else None


def _confirmed(team: UUID) -> QuerySet[TeamKey]:
    return TeamKey.objects.filter(team=team, confirmed_at__isnull=False).order_by("-epoch")


def _open(private: bytes | None, sealed: bytes | None, team: UUID, epoch: int, name: str) -> bytes | None:
    if private is None or sealed is None:
        return None
    try:
        return seals.open_team_key(private, sealed, team, epoch, name)
    except Unreadable:
        return None
