"""Rows as JSON, the same whichever database they come from or go to."""

import base64
import datetime as dt
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from counselling.upkeep.backup import kinds
from counselling.upkeep.backup.kinds import Table


class BadValue(Exception):
    """Something that its column cannot hold."""


def packed(value: Any) -> Any:
    """Something that JSON has: bytes as base64, times as ISO 8601."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def unpacked(field: models.Field[Any, Any], value: Any) -> Any:
    """The value that this field holds. Raises BadValue."""
    field = _target(field)
    if value is None or isinstance(field, models.JSONField):
        return value
    try:
        return (
            base64.b64decode(value, validate=True) if isinstance(field, models.BinaryField) else field.to_python(value)
        )
    except (ValidationError, ValueError, TypeError):
        raise BadValue from None


def key_of(table: Table) -> models.Field[Any, Any]:
    """The field that tells its rows apart."""
    return _target(own_key_of(table))


def own_key_of(table: Table) -> models.Field[Any, Any]:
    """The same; where it is another table's key, that it is so."""
    return next(field for field in kinds.fields_of(table) if field.primary_key)


def columns(table: Table) -> list[str]:
    """Of a table, in their order."""
    return [field.attname for field in kinds.fields_of(table)]


def _target(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """What a foreign key holds is what it points at."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field
