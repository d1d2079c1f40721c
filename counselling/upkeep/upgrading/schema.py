"""The database's tables compared with the code's migrations."""

from contextlib import suppress

from django.conf import settings
from django.db import connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def is_empty() -> bool:
    """Whether nobody has migrated here yet."""
    return "django_migrations" not in connection.introspection.table_names()


def to_run() -> list[str]:
    """`app.name` of each migration that the code has and the database has not, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown() -> list[str]:
    """Migrations that the database has and the code has not: it was upgraded by a newer release."""
    loader = MigrationLoader(connection)
    known = loader.disk_migrations or {}
    replaced = {old for migration in known.values() for old in migration.replaces}
    applied = set(loader.applied_migrations or ()) - set(known) - replaced
    return sorted(".".join(key) for key in applied if key[0] in loader.migrated_apps)


def is_in_order() -> bool:
    """Whether no migration ran before one that it stands on."""
    with suppress(InconsistentMigrationHistory):
        MigrationLoader(connection).check_consistent_history(connection)
        return True
    return False


def damage() -> list[str]:
    """What the database itself says of its own files and references, a few words each."""
    ask = _sqlite_damage if settings.EMBEDDED else _postgres_damage
    return ask()


def _sqlite_damage() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        if cursor.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            found.append("the file is damaged (PRAGMA quick_check)")
        if row := cursor.execute("PRAGMA foreign_key_check").fetchone():
            found.append(f"rows of {row[0]} point to rows of {row[2]} that are gone")
    return found


def _postgres_damage() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1")
        return [f"the index {name} is not valid (REINDEX INDEX {name})" for (name,) in cursor.fetchall()]
