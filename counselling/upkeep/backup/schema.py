"""The tables that a backup goes into: as they were when it was made, emptied or made anew."""

from collections.abc import Sequence
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from counselling.upkeep.backup import kinds, values
from counselling.upkeep.backup.kinds import Table
from counselling.upkeep.backup.problems import BackupProblem
from counselling.upkeep.backup.release import Migration

# A database with a row in one of these is somebody's.
_SOMEBODYS: Final = (
    "people_staff",
    "people_team",
    "people_seeker",
    "people_auditentry",
    "cases_case",
    "cases_countrow",
)
_MIGRATIONS: Final = "django_migrations"
_LOST: Final = 1_000_000  # more numbers than any table gave away in the days that are lost with the newest backup


def check_known(wanted: Sequence[Migration]) -> None:
    """Raises BackupProblem when a backup has been through what this release does not know."""
    if unknown := set(wanted) - set(MigrationExecutor(connection).loader.graph.nodes):
        app, name = min(unknown)
        raise BackupProblem(f"This backup is of a newer release ({app} {name}). Restore it with that one.")


def is_filled() -> bool:
    """Whether somebody's data lies in this database."""
    known = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        return any(_has_rows(cursor, table) for table in _SOMEBODYS if table in known)


def others() -> int:
    """How many others are connected to this database; only PostgreSQL can tell."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def make(wanted: Sequence[Migration]) -> list[Table]:
    """Our tables as these migrations leave them, and their models as they were then.

    Tables in another state are dropped: whatever may not be lost was refused before.
    """
    if set(MigrationRecorder(connection).applied_migrations()) != set(wanted):
        _drop()
        MigrationExecutor(connection).migrate(_last(wanted))
    state = MigrationExecutor(connection).loader.project_state(_last(wanted))
    return [_as_written(table) for table in state.apps.get_models(include_auto_created=True)]


def _last(wanted: Sequence[Migration]) -> list[Migration]:
    """Of each room those that none of these follows."""
    nodes = MigrationExecutor(connection).loader.graph.node_map
    known = set(wanted)
    before = {parent.key for one in wanted for parent in nodes[one].parents if parent.key[0] == one[0]}
    return sorted(known - before)


def is_present() -> bool:
    """Whether the tables are those of this release."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def empty(tables: Sequence[Table]) -> None:
    """No row is left in any of them. Needs `atomic`."""
    names = [connection.ops.quote_name(kinds.name_of(table)) for table in tables]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)}")
            return
        names.sort(key=lambda name: kinds.ERASED in name)  # what goes is written down there
        for name in names:  # keys between tables are looked at when all is in place again
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 -- names of our own tables


def raise_sequences(tables: Sequence[Table], used: dict[str, int]) -> None:
    """No number that a row has or had, be it erased or of the lost days, is given to another: a mark means that row."""
    with connection.cursor() as cursor:
        for table in tables:
            name, key = kinds.name_of(table), values.own_key_of(table)
            if key.get_internal_type().endswith("AutoField"):
                _raise_sequence(cursor, name, str(key.column), used.get(name, 0))


def _raise_sequence(cursor: CursorWrapper, table: str, column: str, used: int) -> None:
    cursor.execute(f'SELECT COALESCE(MAX("{column}"), 0) FROM "{table}"')  # noqa: S608 -- names of our own tables
    last = max(used, int(cursor.fetchone()[0])) + _LOST
    if connection.vendor == "postgresql":
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', column, last])
    else:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


def _as_written(table: Table) -> Table:
    """Days of making are those of the backup, not of today."""
    for field in kinds.fields_of(table):
        _keep_time(field)
    return table


def _keep_time(field: Any) -> None:
    for name in ("auto_now", "auto_now_add"):
        if getattr(field, name, False):
            setattr(field, name, False)


def _drop() -> None:
    """Our tables, and nobody else's in the same database."""
    ours = tuple(f"{config.label}_" for config in apps.get_app_configs())
    names = [name for name in connection.introspection.table_names() if name.startswith((*ours, "django_"))]
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    connection.disable_constraint_checking()
    try:
        with connection.cursor() as cursor:
            for name in sorted(names, key=lambda name: name == _MIGRATIONS):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}{cascade}")
    finally:
        connection.enable_constraint_checking()


def _has_rows(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608 -- names of our own tables
    return bool(cursor.fetchone()[0])
