"""The tables that the database has, where the code already knows others: a backup is written before an upgrade, too."""

from django.apps import apps
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader


def is_behind() -> bool:
    """Whether a migration is still to be run here."""
    loader = MigrationLoader(connection)
    return not set(loader.graph.leaf_nodes()) <= set(loader.applied_migrations or ())


def as_migrated() -> Apps:
    """The models as they fit the database: the code's own, or those of the migrations it has been through, if any."""
    loader = MigrationLoader(connection)
    known = [node for node in loader.applied_migrations or () if node in loader.graph.nodes]
    if not known or set(loader.graph.leaf_nodes()) <= set(known):
        return apps
    state: Apps = loader.project_state(sorted(known)).apps
    return state
