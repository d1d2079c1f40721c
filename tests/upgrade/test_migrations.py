"""Migrations since the first release let processes of the one before go on (docs/upgrade.md: add, fill, enforce)."""

import inspect
import re
from pathlib import Path

import pytest
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from tests.support.environment import ROOT
from tests.upgrade.conftest import RELEASES, sql

WHY = "# rolling: "
# Old processes know nothing of what is new, and miss nothing of what only planners and models look at.
HARMLESS = (
    operations.CreateModel,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.RunPython,
)


def released() -> set[tuple[str, str]]:
    """What the first release's database had been through."""
    rows = re.findall(r"INSERT INTO \"?django_migrations\"? VALUES\(\d+,'(\w+)','(\w+)'", sql(RELEASES[0], "sqlite"))
    return {(app, name) for app, name in rows}


def ours_since() -> list[Migration]:
    known = released()
    every = MigrationLoader(None).disk_migrations or {}
    return [one for key, one in sorted(every.items()) if key not in known and path_of(one).is_relative_to(ROOT)]


def path_of(migration: Migration) -> Path:
    return Path(inspect.getfile(type(migration)))


def disturbs(operation: Operation) -> bool:
    """Whether a process that knows the tables as they were may fail, or write what is not allowed any more."""
    if isinstance(operation, operations.AddField):
        field = operation.field
        # Django drops a plain default at once: the old process' INSERT would leave the column empty.
        return not (field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED)
    return not isinstance(operation, HARMLESS)


def test_the_first_release_is_known() -> None:
    assert ("cases", "0007_put_forward") in released()
    assert ("cases", "0008_erased") in {(one.app_label, one.name) for one in ours_since()}


def test_processes_of_the_release_before_go_on() -> None:
    assert [
        f"{one.app_label}.{one.name}: {operation.describe()}"
        for one in ours_since()
        for operation in one.operations
        if disturbs(operation) and WHY not in path_of(one).read_text()
    ] == []


@pytest.mark.parametrize(
    ("operation", "does"),
    [
        (operations.CreateModel("New", []), False),
        (operations.AddField("case", "extra", models.TextField(null=True)), False),
        (operations.AddField("case", "extra", models.TextField(db_default="")), False),
        (operations.AddField("case", "extra", models.TextField(default="")), True),
        (operations.AlterField("case", "language", models.TextField()), True),
        (operations.RemoveField("case", "language"), True),
        (operations.RenameField("case", "language", "tongue"), True),
        (operations.RenameModel("Case", "File"), True),
        (operations.DeleteModel("Case"), True),
        (operations.RunSQL("DROP TABLE cases_case"), True),
        (
            operations.AddConstraint("case", models.CheckConstraint(condition=models.Q(last_seq__gte=0), name="some")),
            True,
        ),
    ],
    ids=lambda given: given.describe() if isinstance(given, Operation) else None,
)
def test_what_disturbs_them(operation: Operation, does: bool) -> None:
    assert disturbs(operation) == does
