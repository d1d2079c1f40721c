"""A case's key: made with the case, sealed to its team and its seeker, opened by a session that holds either."""

import hmac
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import alarm
from counselling.cases.models import Case, Seal
from counselling.errors import Locked, NotFound
from counselling.people.domain import teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Seeker, TeamKey
from counselling.vault import keys, pairs, sealing, seals
from counselling.vault.master import KeyFileProblem
from counselling.vault.pairs import PrivateKey
from counselling.vault.sealing import Binding, Kind, Unreadable

UNREADABLE_NICKNAME = "…"
NOT_LET_IN: Final = _("Du bist für den Tresor eures Teams noch nicht freigeschaltet. Wie das geht, steht unter Tresor.")


def new_for(case_id: UUID, *, team: UUID, seeker: UUID) -> tuple[bytes, list[Seal]]:
    """A fresh key and its unsaved seals: the nickname is sealed before the case's row exists.

    Needs public halves only, so nobody of the team must be signed in. Raises Unavailable while the team has no vault.
    """
    key = keys.new_key()
    made = [team_seal(key, case_id, teamkeys.sealing_key(team))]
    public = Seeker.objects.values_list("public", flat=True).get(pk=seeker)
    if public is not None:
        made.append(seeker_seal(key, case_id, seeker, bytes(public)))
    return key, made


def team_seal(key: bytes, case_id: UUID, to: TeamKey) -> Seal:
    """The unsaved seal for a team's epoch."""
    sealed = seals.seal_case_key(key, bytes(to.public), case_id, team_holder(to.team_id, to.epoch))
    return Seal(case_id=case_id, holder_kind=Seal.Holder.TEAM, holder_id=str(to.team_id), epoch=to.epoch, sealed=sealed)


def seeker_seal(key: bytes, case_id: UUID, seeker: UUID, public: bytes) -> Seal:
    """The unsaved seal for the young person."""
    sealed = seals.seal_case_key(key, public, case_id, seeker_holder(seeker))
    return Seal(case_id=case_id, holder_kind=Seal.Holder.SEEKER, holder_id=str(seeker), sealed=sealed)


def case_key(actor: Actor, case_id: UUID) -> bytes:
    """One case's key. The caller checked the seat.

    Raises NotFound when its seals are destroyed, Locked when none of them was made for what this session holds,
    Unreadable when they were tampered with.
    """
    ring, rows = actor.ring, _seals_for(actor, [case_id])
    if not rows and not Seal.objects.filter(case=case_id).exists():  # erased: no ring's memory outlives it
        if ring:
            ring.forget(case_id)
        raise NotFound
    if ring is None or ring.private is None:
        raise Locked
    key = ring.known(case_id) or _open_all(actor, ring, rows).get(case_id)
    if key:
        return key
    if not _made_for(actor, rows):
        raise Locked(NOT_LET_IN if actor.kind == "staff" else None)
    raise Unreadable


def case_keys(actor: Actor, case_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The keys of many cases, from the session's ring or in one query; one that does not open is left out."""
    ring = actor.ring
    if ring is None or ring.private is None:
        return {}
    wanted = set(case_ids)
    known = {case_id: key for case_id in wanted if (key := ring.known(case_id))}
    missing = wanted - known.keys()
    return known | _open_all(actor, ring, _seals_for(actor, missing)) if missing else known


def to_seeker(case_id: UUID, key: bytes) -> None:
    """Somebody from before the vault came back and has a key pair now: seal their case to them too. Safe to repeat.

    Only while the key file opens the case as well. Otherwise whoever writes the database could put a public half of
    their own in a young person's row, delete their seal, and wait until a counsellor opens the old case.
    """
    if Seal.objects.filter(case=case_id, holder_kind=Seal.Holder.SEEKER).exists() or not _from_before(case_id, key):
        return
    seeker = Seeker.objects.filter(cases=case_id, public__isnull=False).first()
    if seeker and seeker.public is not None:
        with transaction.atomic():
            Seal.objects.bulk_create(
                [seeker_seal(key, case_id, seeker.pk, bytes(seeker.public))], ignore_conflicts=True
            )


def _from_before(case_id: UUID, key: bytes) -> bool:
    """Whether the master key file opens the case: by its seal, which nobody makes without the file."""
    old = Seal.objects.filter(case=case_id, holder_kind=Seal.Holder.MASTER)
    for kid, sealed in old.values_list("holder_id", "sealed"):
        with suppress(Unreadable, KeyFileProblem):
            return hmac.compare_digest(keys.open_for_master(sealed, kid, case_id), key)
    return False


def team_holder(team: UUID, epoch: int) -> str:
    """A team's name in a seal's binding."""
    return f"team:{team}:{epoch}"


def seeker_holder(seeker: UUID) -> str:
    """A young person's name in a seal's binding."""
    return f"seeker:{seeker}"


def seal_nickname(key: bytes, case_id: UUID, nickname: str) -> bytes:
    """A nickname's sealed form."""
    return sealing.seal(key, nickname, Binding(Kind.NICKNAME, case_id))


def nickname(case: Case, key: bytes | None) -> str:
    """The nickname, or a neutral sign when it does not open."""
    if key is None:
        return UNREADABLE_NICKNAME
    try:
        return sealing.open_sealed(key, case.nickname, Binding(Kind.NICKNAME, case.pk))
    except Unreadable:
        alarm.does_not_open(Kind.NICKNAME.name, case.pk)
        return UNREADABLE_NICKNAME


@dataclass(frozen=True, slots=True)
class _Row:
    """A seal as it lies in the database; `team` is None for other holders, and for a holder's id that is none."""

    case: UUID
    kind: str
    holder: str
    epoch: int
    sealed: bytes | memoryview
    team: UUID | None


def _seals_for(actor: Actor, case_ids: Iterable[UUID]) -> list[_Row]:
    """The seals that this kind of actor may open, newest epoch first, the master key's (from before the vault) last."""
    mine = Seal.Holder.SEEKER if actor.kind == "seeker" else Seal.Holder.TEAM
    rows = Seal.objects.filter(case__in=list(case_ids), holder_kind__in=[mine, Seal.Holder.MASTER])
    fields = rows.values_list("case_id", "holder_kind", "holder_id", "epoch", "sealed")
    found = [_Row(*row, _team(row[1], row[2])) for row in fields]
    return sorted(found, key=lambda row: (row.kind == Seal.Holder.MASTER, -row.epoch))


def _team(kind: str, holder: str) -> UUID | None:
    try:
        return UUID(holder) if kind == Seal.Holder.TEAM else None
    except ValueError:
        return None


def _open_all(actor: Actor, ring: Ring, rows: list[_Row]) -> dict[UUID, bytes]:
    halves = {place: pairs.parsed(private) for place, private in _halves(actor, rows).items()}
    opened: dict[UUID, bytes] = {}
    for row in rows:
        key = None if row.case in opened else _open(actor, row, halves)
        if key:
            opened[row.case] = key
            ring.remember(row.case, key)
    return opened


def _open(actor: Actor, row: _Row, halves: dict[tuple[UUID, int], PrivateKey]) -> bytes | None:
    try:
        if row.kind == Seal.Holder.MASTER:
            return _open_old(actor, row)
        private: bytes | PrivateKey | None = actor.private if row.holder == str(actor.id) else None
        name = seeker_holder(actor.id)
        if row.team:
            private, name = halves.get((row.team, row.epoch)), team_holder(row.team, row.epoch)
        return seals.open_case_key(private, row.sealed, row.case, name) if private else None
    except (Unreadable, KeyFileProblem):
        return None


def _open_old(actor: Actor, row: _Row) -> bytes:
    """From before the vault: whoever is seated may open it, and a young person gets their own seal now."""
    key = keys.open_for_master(row.sealed, row.holder, row.case)
    if actor.kind == "seeker":
        to_seeker(row.case, key)
    return key


def _halves(actor: Actor, rows: list[_Row]) -> dict[tuple[UUID, int], bytes]:
    return teamkeys.private_halves(actor, {(row.team, row.epoch) for row in rows if row.team})


def _made_for(actor: Actor, rows: list[_Row]) -> bool:
    """Whether one of the seals was made for what this session holds."""
    halves = _halves(actor, rows)
    return any((row.team, row.epoch) in halves or row.holder == str(actor.id) for row in rows)
