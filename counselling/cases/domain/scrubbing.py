"""What the database engine still holds of deleted rows (pitfalls 22).

Measured on PostgreSQL 15: after VACUUM the bytes of a deleted row stay in the table's file until the page happens to
be filled again, and ANALYZE copies values into the statistics. So what holds keys is written anew, and its
texts and bytes have no statistics. The rest is sealed under keys that are gone by then; plain VACUUM is enough for it.
"""

import logging
import time
from collections.abc import Iterator
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

log = logging.getLogger("counselling.cases")

# Whatever opens something (seals, wraps, one-time codes, sessions) or opens with the key file alone.
KEYS: Final = (
    "cases_seal",
    "cases_consultation",  # sealed to staff keys, which live on
    "cases_consultationreply",
    "people_seekeraccess",
    "cases_riskrecord",
    "people_staffsession",
    "people_teamseal",
    "people_staffkey",
    "people_invitation",
    "people_totp",
    "people_recoverycode",
    "centre_barrierreport",
    "mail_notifyaddress",
    "mail_outgoingmail",
    "blended_referral",  # its parcel opens with a code of one time
    "blended_room",
    "blended_feed",
    "django_session",
)
# Whatever is sealed under these, and who it belonged to.
SEALED: Final = (
    "cases_case",
    "cases_entry",
    "cases_note",
    "cases_draft",
    "mail_letter",
    "mail_secondlookremark",
    "mail_file",
    "mail_filechunk",
    "cases_agreement",
    "cases_task",
    "cases_risk",
    "cases_whereabouts",
    "blended_appointment",
    "blended_meeting",
    "blended_signal",
    "blended_jointtext",
    "blended_partnercard",
    "people_seeker",
    "people_passkey",
    "people_auditentry",
)
_TRIES: Final = 10
_PAUSE_SECONDS: Final = 0.05
_PATIENCE_MS: Final = 50
_STATISTICS = """
    SELECT attrelid::regclass::text, attname FROM pg_attribute
    WHERE attnum > 0 AND NOT attisdropped AND attstattarget IS DISTINCT FROM 0
    AND atttypid IN ('bytea'::regtype, 'text'::regtype, 'varchar'::regtype) AND attrelid = ANY(%s::regclass[])
"""


def scrub(*, thorough: bool = False) -> list[str]:
    """Make deleted rows disappear from the files; which tables somebody held so long that they have to wait.

    SQLite zeroes what is deleted (`secure_delete`), so only its log is cut. On PostgreSQL a `thorough` round writes
    the tables of keys anew: a few ms each, and only at a moment when nobody holds them. Needs to be outside `atomic`.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _cut_log(cursor)
        for table in (*KEYS, *SEALED):
            cursor.execute(f"VACUUM (SKIP_LOCKED, TRUNCATE FALSE) {table}")
        return _write_anew(cursor) if thorough else []


def _cut_log(cursor: CursorWrapper) -> list[str]:
    """Writers wait while SQLite waits for those who still read in the log: so it is asked often, never for long."""
    cursor.execute("PRAGMA busy_timeout")
    usual = int(cursor.fetchone()[0])
    cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
    try:
        return [] if any(_is_cut(cursor) for _ in _tries()) else ["the write-ahead log"]
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {usual}")


def _is_cut(cursor: CursorWrapper) -> bool:
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return not cursor.fetchone()[0]


def _write_anew(cursor: CursorWrapper) -> list[str]:
    cursor.execute(_STATISTICS, [list(KEYS)])
    for table, column in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET STATISTICS 0')
    held = [table for table in KEYS if not any(_is_written_anew(cursor, table) for _ in _tries())]
    if held:
        log.warning("deleted rows of %s leave the disk with the next round: they were in use", ", ".join(held))
    return held


def _is_written_anew(cursor: CursorWrapper, table: str) -> bool:
    """PostgreSQL passes over a table that is in use without telling; a new file tells."""
    before = _file_of(cursor, table)
    cursor.execute(f"VACUUM (FULL, SKIP_LOCKED) {table}")
    return _file_of(cursor, table) != before


def _file_of(cursor: CursorWrapper, table: str) -> int:
    cursor.execute("SELECT pg_relation_filenode(%s::regclass)", [table])
    return int(cursor.fetchone()[0])


def _tries() -> Iterator[int]:
    for number in range(_TRIES):
        if number:
            time.sleep(_PAUSE_SECONDS)
        yield number
