"""After a new epoch began: the seals of older epochs are renewed to the newest, and then the old keys are destroyed.

In a member's session, a batch with each look at the desk, or by `counselling rewrap` with the printed recovery key.
Each row changes by compare-and-set, so it may be stopped anywhere and done by several at once; messages go on
meanwhile, since neither a case's row nor its key is touched.
"""

import logging
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from counselling.cases.domain import keys, risk_seals
from counselling.cases.models import Seal
from counselling.people.domain import audit, members, papers, teamkeys, vouching
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Team, TeamKey
from counselling.vault import seals
from counselling.vault.sealing import Unreadable

BATCH = 200
log = logging.getLogger("counselling.audit")

_RENEW = "UPDATE cases_seal SET epoch = %s, sealed = %s WHERE id = %s AND epoch = %s"


def catch_up(actor: Actor) -> None:
    """What a member's look at the desk does for their teams' vaults; one query when there is nothing to do."""
    ring = actor.ring
    if ring is None or actor.kind != "staff":
        return
    epochs: dict[UUID, set[int]] = {}
    rows = TeamKey.objects.filter(team__staff=actor.id)
    for team, epoch, public, mac in rows.values_list("team", "epoch", "public", "mac"):
        if vouching.team_key(team, epoch, public, mac):
            epochs.setdefault(team, set()).add(epoch)
    for team, known in epochs.items():
        ring.let_go(team, known)
        if len(known) > 1 and teamkeys.private_half(actor, team, max(known)):
            members.chain(actor, team)
            _step(team, ring, by=actor)


def whole(team: UUID, typed: str) -> int:
    """Everything at once with the printed recovery key; how many seals were renewed. Raises Invalid for another key."""
    ring, done = papers.ring_of(team, typed), 0
    while count := _step(team, ring):
        done += count
    return done


def behind(team: UUID) -> int:
    """How many seals are still of older epochs than the newest."""
    newest = teamkeys.newest(team)
    if newest is None:
        return 0
    return _of_older_epochs(newest).count() + risk_seals.of_older_epochs(newest).count()


def _step(team: UUID, ring: Ring, *, by: Actor | None = None) -> int:
    """Renew one batch, and when none is left destroy what the old epochs had; how many were renewed."""
    newest = teamkeys.newest(team)
    if newest is None:
        return 0
    renewed = _renewed(newest, ring)
    if renewed:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_RENEW, renewed)
    records = risk_seals.renew(newest, ring, BATCH) if len(renewed) < BATCH else 0
    if len(renewed) + records < BATCH:
        destroy_old(team, by=by)
    return len(renewed) + records


def _renewed(newest: TeamKey, ring: Ring) -> list[tuple[int, bytes, int, int]]:
    """Up to BATCH rows for `_RENEW`; what does not open stays where it is, and so does its epoch."""
    team, made = newest.team_id, []
    rows = _of_older_epochs(newest).order_by("pk").values_list("pk", "case_id", "epoch", "sealed")
    for pk, case_id, epoch, sealed in rows.iterator(chunk_size=BATCH):
        private = ring.teams.get((team, epoch))
        if private is None:
            continue
        try:
            key = seals.open_case_key(private, sealed, case_id, keys.team_holder(team, epoch))
        except Unreadable:
            log.error("a seal of case %s does not open and was not renewed", case_id)  # noqa: TRY400 -- no trace
            continue
        made.append((newest.epoch, bytes(keys.team_seal(key, case_id, newest).sealed), pk, epoch))
        if len(made) == BATCH:
            break
    return made


def destroy_old(team: UUID, *, by: Actor | None = None) -> bool:
    """Destroy the keys of old epochs that nothing is sealed to, from the oldest on; whether any went.

    From the oldest on, since an epoch is the way to the one before it. Holding the row waits for cases that are
    being opened under it (`teamkeys.sealing_key`).
    """
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team)
        newest, gone = teamkeys.newest(team), 0
        old = TeamKey.objects.filter(team=team, epoch__lt=newest.epoch if newest else 0).order_by("epoch")
        for key in old.select_for_update(no_key=True):
            if _seals(team).filter(epoch=key.epoch).exists() or risk_seals.hold(team, key.epoch):
                break
            key.delete()
            gone += 1
        if gone:
            audit.note("rewrapped", by=by, subject=team)
        return bool(gone)


def _seals(team: UUID) -> QuerySet[Seal]:
    return Seal.objects.filter(holder_kind=Seal.Holder.TEAM, holder_id=str(team))


def _of_older_epochs(newest: TeamKey) -> QuerySet[Seal]:
    return _seals(newest.team_id).filter(epoch__lt=newest.epoch)
