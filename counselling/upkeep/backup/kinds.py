"""Which table goes into which parcel: none that opens something lies with what it opens."""

import enum
from typing import Any, Final

from django.db import models

from counselling.cases.domain import scrubbing
from counselling.upkeep.backup import lagging

# Nobody is signed in after a restore: these are in no parcel.
SESSIONS: Final = {"people_staffsession", "django_session"}
# Seals, wraps, one-time codes, and what the key file alone opens: the same tables that PostgreSQL writes anew.
SEALS: Final = set(scrubbing.KEYS) - SESSIONS
FILES: Final = {"mail_filechunk"}
ERASED: Final = "cases_erased"


class Kind(enum.StrEnum):
    """What a parcel holds."""

    DATABASE = "database"  # every other table
    FILES = "files"  # sealed pieces of attachments
    SEALS = "seals"
    KEY = "key"  # the master key file as it is


DATA: Final = (Kind.DATABASE, Kind.FILES, Kind.SEALS)

Table = type[models.Model]


def of_table(name: str) -> Kind | None:
    """The parcel of a table; None for sessions."""
    if name in SESSIONS:
        return None
    if name in FILES:
        return Kind.FILES
    return Kind.SEALS if name in SEALS else Kind.DATABASE


def tables(kind: Kind) -> list[Table]:
    """What the parcel holds, as the database has it: before an upgrade it lacks what the code knows already.

    What was erased comes first, since it is asked for alone.
    """
    every = lagging.as_migrated().get_models(include_auto_created=True)
    found = [table for table in every if of_table(name_of(table)) == kind]
    return sorted(found, key=lambda table: name_of(table) != ERASED)


def name_of(table: Table) -> str:
    """Of the table in the database."""
    return table._meta.db_table  # noqa: SLF001 -- Django's own name for it


def fields_of(table: Table) -> list[models.Field[Any, Any]]:
    """Its columns, in their order."""
    every = table._meta.concrete_fields  # noqa: SLF001 -- as above
    return [field for field in every if isinstance(field, models.Field)]


def has_bytes(table: Table) -> bool:
    """Whether its rows may be large: up to 64 KiB each."""
    return any(isinstance(field, models.BinaryField) for field in fields_of(table))


def rows_of(table: Table) -> models.Manager[Any]:
    """All of them, whatever the room usually shows."""
    return table._base_manager  # noqa: SLF001 -- as above
