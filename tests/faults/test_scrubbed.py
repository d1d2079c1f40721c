"""A deleted key is gone from PostgreSQL's files: heap, toast, indexes, statistics."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.server import Ground
from tests.support.services import Postgres

pytestmark = pytest.mark.faults

# Prints a piece of every sealed value in the tables of keys, and deletes the rows.
DELETE = """
import json
import django; django.setup()
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from counselling.cases.domain import scrubbing
from counselling.cases.models import Case
from counselling.people.models import Seeker, SeekerAccess, StaffKey, StaffSession, TeamSeal
scrubbing.scrub(thorough=True)  # as a server does in its first minutes
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
pieces = {}
for model in apps.get_models():
    fields = [f.attname for f in model._meta.fields if isinstance(f, models.BinaryField)]
    if model._meta.db_table in scrubbing.KEYS:
        values = [bytes(v) for row in model.objects.values_list(*fields) for v in row if v] if fields else []
        if model is Session:
            values = [key.encode() for key in model.objects.values_list("session_key", flat=True)]
        pieces[model._meta.db_table] = [value[8:30].hex() for value in values]
for model in (Case, SeekerAccess, Seeker, StaffSession, TeamSeal, StaffKey, Session):
    model.objects.all().delete()
print(json.dumps(pieces))
"""
SCRUB = "import django; django.setup()\nfrom counselling.cases.domain import scrubbing\nprint(scrubbing.scrub({}))"
HOLDER = "BEGIN; LOCK TABLE cases_seal IN ACCESS SHARE MODE"


@pytest.fixture
def ground(postgres: Postgres) -> Iterator[Ground]:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    with Ground(database_url=postgres.url) as ground:
        yield ground


def found(postgres: Postgres, pieces: dict[str, list[str]]) -> set[str]:
    """Tables with a piece that some file of the databases still holds."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    files = [path.read_bytes() for path in sorted((Path(postgres.data) / "base").rglob("*")) if path.is_file()]
    return {table for table, values in pieces.items() if any(bytes.fromhex(v) in f for v in values for f in files)}


def test_deleted_keys_are_gone_from_postgresqls_files(postgres: Postgres, ground: Ground) -> None:
    ground.seed("--pairs", "3")
    pieces = json.loads(ground.run("-c", DELETE).splitlines()[-1])
    used = {table for table, values in pieces.items() if values}
    assert used >= {"cases_seal", "people_seekeraccess", "people_staffsession", "people_teamseal", "django_session"}
    assert found(postgres, pieces) == used

    ground.run("-c", SCRUB.format(""))
    assert found(postgres, pieces) == used, "plain VACUUM leaves the bytes: that is why there is a thorough round"

    assert ground.run("-c", SCRUB.format("thorough=True")).strip() == "[]"
    assert found(postgres, pieces) == set()


def test_table_in_use_waits_for_the_next_round(postgres: Postgres, ground: Ground) -> None:
    with psycopg.connect(postgres.url) as somebody:
        somebody.execute("LOCK TABLE cases_seal IN ACCESS SHARE MODE")

        assert ground.run("-c", SCRUB.format("thorough=True")).splitlines()[-1] == "['cases_seal']"

    assert ground.run("-c", SCRUB.format("thorough=True")).strip() == "[]"
