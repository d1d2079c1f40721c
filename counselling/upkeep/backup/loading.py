"""Rows of a backup into tables."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.db import models

from counselling.upkeep.backup import kinds, reading, values
from counselling.upkeep.backup.keeping import Parcel
from counselling.upkeep.backup.kinds import Table

_ROWS: Final = 500
_ROWS_OF_BYTES: Final = 50


class _Load:
    """Takes rows, writes them together."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = {kinds.name_of(table): table for table in tables}
        self._name, self._waiting = "", list[models.Model]()
        self._fields: list[models.Field[Any, Any]] = []
        self._most = _ROWS

    def row(self, name: str, columns: list[str], row: list[Any]) -> None:
        """One more. Raises BadValue, KeyError for a column or table that is not known."""
        if name != self._name:
            self.write()
            self._begin(name, columns)
        pairs = zip(self._fields, row, strict=True)
        self._waiting.append(self._tables[name](**{one.attname: values.unpacked(one, value) for one, value in pairs}))
        if len(self._waiting) >= self._most:
            self.write()

    def write(self) -> None:
        """What waits."""
        if self._waiting:
            kinds.rows_of(self._tables[self._name]).bulk_create(self._waiting)
            self._waiting = []

    def _begin(self, name: str, columns: list[str]) -> None:
        known = {field.attname: field for field in kinds.fields_of(self._tables[name])}
        self._name, self._fields = name, [known[column] for column in columns]
        self._most = _ROWS_OF_BYTES if kinds.has_bytes(self._tables[name]) else _ROWS


def load(parcel: Parcel, identity: Path, tables: Sequence[Table]) -> Counter[str]:
    """Every row into its table; how many of each. Needs `atomic`. Raises BackupProblem."""
    loading = _Load(tables)
    try:
        told = reading.walk(parcel, identity, loading.row)
        loading.write()
    except (values.BadValue, KeyError):
        raise reading.damaged(parcel) from None
    return told.rows


def counted(tables: Sequence[Table], wanted: Counter[str]) -> list[str]:
    """Tables with more or fewer rows than they should have."""
    return [name for table in tables if kinds.rows_of(table).count() != wanted[name := kinds.name_of(table)]]
