"""A thief with a copy of everything the server keeps, and our code. Prints what could be opened.

    python -m tests.support.thief [--password NAME:PASSWORD] [--log FILE]

Keys are looked for in the key file, all tables, decoded sessions, Redis, the server's logs and those that are named.

{"keys": how many keys were tried, "records": on how many records, "opened": {kind of record: how many}}

With somebody's password (which no copy holds) the same program opens what that person may read: it can open things.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402 -- after setup()

from counselling.cases.domain import keys as case_keys  # noqa: E402
from counselling.cases.domain import risk_seals  # noqa: E402
from counselling.cases.models import (  # noqa: E402
    Agreement,
    Case,
    Draft,
    Entry,
    Note,
    Risk,
    RiskRecord,
    Role,
    Seal,
    Task,
    Whereabouts,
)
from counselling.people.domain import access, staffkeys, teamkeys  # noqa: E402
from counselling.people.models import SeekerAccess, StaffKey, StaffSession, TeamSeal  # noqa: E402
from counselling.vault import digests, keys, sealing, seals, wraps  # noqa: E402
from counselling.vault.master import KeyFileProblem, keyring  # noqa: E402
from counselling.vault.sealing import Binding, Kind, Unreadable  # noqa: E402
from tests.support import loot, purposes  # noqa: E402

KEY_BYTES = 32
LONGEST_SECRET = 200
# What somebody might have derived by mistake; everything that the code does derive is read from its source.
MISTAKES = {"kek", "lookup", "verifier|v1", "lookup|v1"}
Try = Callable[[bytes], Any]


def found_keys(logs: list[Path]) -> set[bytes]:
    """Every key, and everything that could be one, in the key file, all tables, sessions, Redis and logs."""
    ring = keyring()
    wanted = purposes.derived() | purposes.keyed() | MISTAKES
    found = {key for _, key in ring.keys} | {ring.derive(purpose, kid) for kid, _ in ring.keys for purpose in wanted}
    for value in stored_values():
        if isinstance(value, (bytes, memoryview)):
            raw = bytes(value)
            found |= {raw[start : start + KEY_BYTES] for start in (0, 1, 13, len(raw) - KEY_BYTES) if start >= 0}
            found.add(digests.token_kek(raw.hex()))
        elif 0 < len(str(value)) <= LONGEST_SECRET:
            found |= {digests.token_kek(str(value)), digests.token_lookup(str(value))}
            found |= loot.keys_in(str(value).encode()) | (keyed_by_all(value) if isinstance(value, str) else set())
    return {key for key in found | loot.everything(logs) if len(key) == KEY_BYTES}


def keyed_by_all(value: str) -> set[bytes]:
    """Its digest for every purpose, under every key of the file."""
    return {digest for purpose in purposes.keyed() for digest in digests.every_keyed(purpose, value)}


def stored_values() -> Iterator[Any]:
    """Every cell of every table."""
    for model in apps.get_models():
        fields = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.values_list(*fields):
            yield from (value for value in row if value is not None)


def records() -> Iterator[tuple[str, Try]]:
    """Every sealed or wrapped record with the way our code would open it, given the key."""
    for seal in Seal.objects.all():
        yield "case key", lambda key, seal=seal: seals.open_case_key(key, seal.sealed, seal.case_id, holder_of(seal))
        yield "case key", lambda _key, seal=seal: keys.open_for_master(seal.sealed, keyring().active_kid, seal.case_id)
    for seal in TeamSeal.objects.select_related("team_key"):
        team, epoch, name = seal.team_key.team_id, seal.team_key.epoch, teamkeys.holder(seal.staff_id)
        yield "team key", lambda key, s=seal, t=team, e=epoch, n=name: seals.open_team_key(key, s.sealed, t, e, n)
    for row in SeekerAccess.objects.exclude(wrapped=None):
        yield "seeker's key", lambda key, row=row: wraps.unwrap(key, row.wrapped, access.purpose(row.seeker_id))
    for row in StaffSession.objects.exclude(wrapped=None):
        yield "session's key", lambda key, row=row: wraps.unwrap(key, row.wrapped, staffkeys.purpose(row.staff_id))
    for row in StaffKey.objects.all():
        yield "staff key", lambda key, row=row: wraps.unwrap_peppered(key, row.wrapped, staffkeys.purpose(row.staff_id))
    for record in RiskRecord.objects.all():
        yield "risk record's key", lambda key, record=record: risk_seals.open_key(key, record)
    yield from texts()


def texts() -> Iterator[tuple[str, Try]]:
    """Every sealed text."""
    for case in Case.objects.all():
        yield "nickname", opening(case.nickname, Binding(Kind.NICKNAME, case.pk))
    for row in Entry.objects.exclude(sealed=None):
        yield "message", opening(row.sealed, Binding(Kind.MESSAGE, row.case_id, row.role, row.seq))
    for row in Note.objects.all():
        yield "note", opening(row.sealed, Binding(Kind.NOTE, row.case_id, Role.COUNSELLOR, row.number))
    for row in Draft.objects.select_related("seat"):
        yield "draft", opening(row.sealed, Binding(Kind.DRAFT, row.seat.case_id, row.seat.role, row.seat_id))
    for kind, model in ((Kind.AGREEMENT, Agreement), (Kind.TASK, Task), (Kind.RISK, Risk)):
        for row in model._default_manager.all():
            yield kind.name.lower(), opening(row.sealed, Binding(kind, row.case_id, Role.COUNSELLOR, row.number))
    for row in Whereabouts.objects.all():
        yield "whereabouts", opening(row.sealed, Binding(Kind.WHEREABOUTS, row.case_id, Role.SEEKER, row.number))
    for row in RiskRecord.objects.all():
        yield "risk record", opening(row.sealed, Binding(Kind.RISK_RECORD, row.pk, Role.COUNSELLOR))


def opening(sealed: Any, binding: Binding) -> Try:
    return lambda key: sealing.open_sealed(key, sealed, binding)


def holder_of(seal: Seal) -> str:
    if seal.holder_kind == Seal.Holder.SEEKER:
        return case_keys.seeker_holder(seal.holder_id)  # type: ignore[arg-type]  # a UUID's text
    return case_keys.team_holder(seal.holder_id, seal.epoch)  # type: ignore[arg-type]  # as above


def opens(attempt: Try, key: bytes) -> Any:
    """What came out; None when it stayed closed."""
    try:
        return attempt(key)
    except (Unreadable, KeyFileProblem, ValueError, TypeError):
        return None


def burgle(known: set[bytes]) -> dict[str, Any]:
    """Try every key on every record; whatever opens may hold another key, so until nothing new opens."""
    places = list(records())
    opened: dict[int, str] = {}
    fresh = set(known)
    while fresh:
        gained: set[bytes] = set()
        for number, (kind, attempt) in enumerate(places):
            for key in fresh:
                got = None if number in opened else opens(attempt, key)
                if got is not None:
                    opened[number] = kind
                    gained |= {got} if isinstance(got, bytes) else set()
        known |= fresh
        fresh = gained - known
    return {"keys": len(known), "records": len(places), "opened": dict(Counter(opened.values()))}


def main() -> None:
    """Steal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--password", default="")
    parser.add_argument("--log", type=Path, action="append", default=[])
    words = parser.parse_args()
    if words.password:  # and with it alone: what a copy holds opens nothing, as the first theft has shown
        name, _, password = words.password.partition(":")
        recognised = staffkeys.recognise(name, password)
        known = {recognised[1]} if recognised else set()
    else:
        known = found_keys(words.log)
    print(json.dumps(burgle(known)))


if __name__ == "__main__":
    main()
