"""Triggers that write down in `cases_erased` which rows were erased, for migrations: the database itself remembers.

A row may go by the domain, by a cascade, in the admin or by hand: none of it has to think of a backup. A table that
SQLite makes anew in a migration loses its trigger, and that migration installs it again:
`tests/upkeep/backup/test_remembering.py` says so.
"""

from dataclasses import dataclass

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True)
class Remembered:
    """One trigger: which rows of which table, known by which column.

    `column` and `when`: not their deletion but an update of this column, where OLD and NEW fulfil the condition (SQL
    that both databases understand).
    """

    table: str
    key: str = "id"
    column: str = ""
    when: str = ""

    @property
    def kind(self) -> str:
        """As `cases_erased` calls it."""
        return f"{self.table}.{self.column}" if self.column else self.table

    @property
    def name(self) -> str:
        """Of the trigger, and of its function on PostgreSQL."""
        return f"remember_{self.kind.replace('.', '_')}"


def install(editor: BaseDatabaseSchemaEditor, wanted: list[Remembered]) -> None:
    """Make these triggers; one that is there already is made anew."""
    remove(editor, wanted)
    for one in wanted:
        for statement in _postgres(one) if editor.connection.vendor == "postgresql" else _sqlite(one):
            editor.execute(statement, None)


def remove(editor: BaseDatabaseSchemaEditor, unwanted: list[Remembered]) -> None:
    """Drop these triggers. Safe to repeat."""
    for one in unwanted:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP FUNCTION IF EXISTS {one.name}() CASCADE", None)
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS {one.name}", None)


def _event(one: Remembered) -> str:
    what = f"UPDATE OF {one.column}" if one.column else "DELETE"
    condition = f" WHEN ({one.when})" if one.when else ""
    return f"AFTER {what} ON {one.table} FOR EACH ROW{condition}"


def _postgres(one: Remembered) -> list[str]:
    function = f"""CREATE FUNCTION {one.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO cases_erased (id, kind, ref, day)
        VALUES (gen_random_uuid(), '{one.kind}', OLD.{one.key}::text, (now() AT TIME ZONE 'UTC')::date);
        RETURN NULL; END $$"""  # noqa: S608 -- names of our own tables
    return [function, f"CREATE TRIGGER {one.name} {_event(one)} EXECUTE FUNCTION {one.name}()"]


def _sqlite(one: Remembered) -> list[str]:
    return [
        f"""CREATE TRIGGER {one.name} {_event(one)} BEGIN
        INSERT INTO cases_erased (id, kind, ref, day)
        VALUES (lower(hex(randomblob(16))), '{one.kind}', OLD.{one.key}, date('now')); END"""  # noqa: S608 -- as above
    ]
