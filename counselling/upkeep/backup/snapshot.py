"""One moment of the database for all parcels, while the server goes on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, transaction

from counselling.upkeep.backup import kinds, values
from counselling.upkeep.backup.kinds import Table

_ROWS: Final = 500
_ROWS_OF_BYTES: Final = 50  # of up to 64 KiB each


@contextmanager
def taken() -> Iterator[None]:
    """Whatever is read inside is of one moment; nobody waits for it, and nothing can be written.

    PostgreSQL: one REPEATABLE READ transaction. SQLite: one that reads from the write-ahead log as it was, and takes no
    turn among the writers. Needs to be outside `atomic`.
    """
    with _on_postgres() if connection.vendor == "postgresql" else _on_sqlite():
        yield


@contextmanager
def _on_postgres() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _on_sqlite() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            cursor.execute("SELECT count(*) FROM django_migrations")  # the moment is that of the first look
            yield
        finally:
            cursor.execute("ROLLBACK")


def rows(table: Table) -> Iterator[list[Any]]:
    """Each as JSON has it, in the order of their keys; a few at a time in memory."""
    found = kinds.rows_of(table).order_by("pk").values_list(*values.columns(table))
    for row in found.iterator(chunk_size=_ROWS_OF_BYTES if kinds.has_bytes(table) else _ROWS):
        yield [values.packed(value) for value in row]
