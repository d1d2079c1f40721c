"""Which release this is: what a backup says of itself, and what is compared when it is restored."""

import tomllib
from importlib import metadata

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

Migration = tuple[str, str]  # app, name


def name() -> str:
    """The version, installed or in a checkout; "" for neither."""
    try:
        return metadata.version("counselling")
    except metadata.PackageNotFoundError:
        path = settings.ROOT / "pyproject.toml"
        return str(tomllib.loads(path.read_text())["project"]["version"]) if path.exists() else ""


def migrations() -> list[Migration]:
    """Those that the database has been through, in order."""
    return sorted(MigrationRecorder(connection).applied_migrations())
