"""Cases from before the vault: from the server's master key to their team and their young person, for good."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from counselling.cases.domain import keys as case_keys
from counselling.cases.domain import seats
from counselling.cases.models import Case, Seal
from counselling.errors import NotFound
from counselling.people.domain import teamkeys
from counselling.people.models import Seeker
from counselling.vault import keys
from counselling.vault.master import KeyFileProblem
from counselling.vault.sealing import Unreadable


@dataclass(frozen=True)
class Outcome:
    """How many cases were sealed over, wait for the vault of their team, or do not open any more."""

    sealed: int = 0
    waiting: int = 0
    damaged: int = 0


def left() -> QuerySet[Seal]:
    """The seals that the master key file still opens."""
    return Seal.objects.filter(holder_kind=Seal.Holder.MASTER)


def seal_over() -> Outcome:
    """Seal each such case to its team and its young person, and destroy the master's seal: one transaction each.

    Safe to repeat and to stop anywhere. Cases of a team without a vault wait for it; what does not open is left.
    """
    done = [_case(case_id) for case_id in list(left().order_by("pk").values_list("case", flat=True))]
    return Outcome(done.count("sealed"), done.count("waiting"), done.count("damaged"))


def _case(case_id: UUID) -> str:
    with transaction.atomic():
        try:
            case = seats.lock(case_id)
        except NotFound:
            return "gone"
        old = list(left().filter(case=case_id))
        key = next((key for seal in old if (key := _opened(seal))), None)
        if key is None:
            return "damaged" if old else "gone"
        if teamkeys.newest(case.team_id) is None:
            return "waiting"
        Seal.objects.bulk_create(_new(case, key))
        left().filter(case=case_id).delete()
        return "sealed"


def _opened(seal: Seal) -> bytes | None:
    try:
        return keys.open_for_master(seal.sealed, seal.holder_id, seal.case_id)
    except (Unreadable, KeyFileProblem):
        return None


def _new(case: Case, key: bytes) -> list[Seal]:
    known = set(Seal.objects.filter(case=case).values_list("holder_kind", flat=True))
    made = [] if Seal.Holder.TEAM in known else [case_keys.team_seal(key, case.pk, teamkeys.sealing_key(case.team_id))]
    public = Seeker.objects.values_list("public", flat=True).get(pk=case.seeker_id)
    if public is not None and Seal.Holder.SEEKER not in known:
        made.append(case_keys.seeker_seal(key, case.pk, case.seeker_id, bytes(public)))
    return made
