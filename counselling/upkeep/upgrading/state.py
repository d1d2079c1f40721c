"""What is in the database, by number and digest, to be compared before and after: no key is needed for that."""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from counselling.vault.sealing import PAD, SUITE

_OVERHEAD: Final = 1 + 12 + 16  # suite byte, nonce, tag (vault/sealing.py)

# The newest sealed entry of each team. Plain SQL: these are the columns of the release before, whatever models say now.
_NEWEST: Final = """
    SELECT id, case_id, seq, role, sealed FROM cases_entry WHERE id IN (
        SELECT max(entry.id) FROM cases_entry entry JOIN cases_case file ON file.id = entry.case_id
        WHERE entry.sealed IS NOT NULL GROUP BY file.team_id)"""
_OF_IDS: Final = "SELECT id, case_id, seq, role, sealed FROM cases_entry WHERE sealed IS NOT NULL AND id IN ({})"


def tables() -> list[str]:
    """All but Django's list of migrations."""
    return sorted(set(connection.introspection.table_names()) - {"django_migrations"})


def counts() -> dict[str, int]:
    """Rows of every table."""
    with connection.cursor() as cursor:
        found = {}
        for table in tables():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- our own table
            found[table] = int(cursor.fetchone()[0])
    return found


def sealed() -> dict[str, str]:
    """Of each team's newest sealed entry, by its number: a digest of its place and bytes."""
    return _digests(_NEWEST, [])


def still_sealed(before: dict[str, str]) -> dict[str, str]:
    """Of those entries that are there still: the digests now."""
    return (
        _digests(_OF_IDS.format(", ".join(["%s"] * len(before))), [int(number) for number in before]) if before else {}
    )


def _digests(question: str, words: list[int]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(question, words)
        rows = cursor.fetchall()
    return {str(number): _digest(case, seq, role, bytes(seal)) for number, case, seq, role, seal in rows}


def _digest(case: object, seq: int, role: int, seal: bytes) -> str:
    """Empty for what has not the form of a sealed text. Its place is what it is bound to: moved, it does not open."""
    if seal[:1] != bytes((SUITE,)) or len(seal) <= _OVERHEAD or (len(seal) - _OVERHEAD) % PAD:
        return ""
    place = f"{str(case).replace('-', '')}|{seq}|{role}|"
    return hashlib.sha256(place.encode() + seal).hexdigest()


def size() -> int:
    """Bytes of the database on its disk."""
    if settings.EMBEDDED:
        return sum(_bytes(Path(f"{connection.settings_dict['NAME']}{end}")) for end in ("", "-wal"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _bytes(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
