"""The command line as an operator types it: one sentence each, safe to repeat, refusing clearly."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from counselling.centre.default_help import CONTACTS
from counselling.centre.default_topics import TOPICS
from tests.support import environment
from tests.support.server import Ground

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground() as ground:
        yield ground


def counselling(ground: Ground, *words: str, typed: str = "", **settings: str) -> tuple[int, str]:
    """(exit code, everything said)."""
    done = subprocess.run(
        [sys.executable, "-m", "counselling", *words],
        env=ground.environment | settings,
        cwd=environment.ROOT,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_createkey_never_overwrites(ground: Ground, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"

    first = counselling(ground, "createkey", str(path))
    key = path.read_bytes()
    second = counselling(ground, "createkey", str(path))

    assert first == (0, f"Wrote {path}, readable by you only. Keep it apart from the database and its backups.")
    assert second == (0, f"{path} exists already and was left as it is.")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (key, 0o400)


def test_createstaff_lets_somebody_in_and_then_only_changes_the_password(ground: Ground) -> None:
    made = counselling(ground, "createstaff", "birke", "--alias", "Birke", typed="ein-langes-wort-77\n")
    again = counselling(ground, "createstaff", "birke", typed="noch-ein-langes-wort\n")

    assert (made[0], made[1].partition(" Next: ")[0]) == (0, "birke may sign in as counsellor.")
    assert "/team/vault/" in made[1]
    assert (again[0], again[1].partition(" It comes")[0]) == (0, "birke has a new password.")
    assert "a colleague or the recovery key" in again[1]


def test_createstaff_fills_an_empty_centre_once_and_says_so(ground: Ground) -> None:
    count = (
        "import django; django.setup()\nfrom counselling.centre.models import HelpContact, Topic\n"
        "print(Topic.objects.count(), HelpContact.objects.count())"
    )
    ground.run(
        "-c",
        "import django; django.setup()\nfrom counselling.centre.models import HelpContact, Topic\n"
        "Topic.objects.all().delete(); HelpContact.objects.all().delete()",
    )

    told = [counselling(ground, "createstaff", "erle", typed="ein-langes-wort-77\n")[1] for _ in range(2)]

    advice = "check every one before you open (docs/centre.md)."
    assert told[0].endswith(f" There are topics and help contacts to begin with: {advice}")
    assert "to begin with" not in told[1]
    assert ground.run("-c", count).strip() == f"{len(TOPICS)} {len(CONTACTS)}"


def test_createstaff_leaves_a_centres_own_topics_alone(ground: Ground) -> None:
    ground.run(
        "-c",
        "import django; django.setup()\nfrom counselling.centre.models import Topic\n"
        "Topic.objects.all().delete(); Topic.objects.create(code='own', label='Eigenes', position=1)",
    )

    counselling(ground, "createstaff", "erle", typed="ein-langes-wort-77\n")

    only = "import django; django.setup()\nfrom counselling.centre.models import Topic\n"
    assert ground.run("-c", only + "print(*Topic.objects.values_list('code', flat=True))").strip() == "own"


def test_createstaff_refuses_a_weak_password_in_words(ground: Ground) -> None:
    code, said = counselling(ground, "createstaff", "weide", typed="kurz\n")

    assert code == 1
    assert "Traceback" not in said
    assert "12" in said


def test_prune_says_what_it_erased_and_may_be_repeated(ground: Ground) -> None:
    said = [
        (
            "Erased: 0 cases, 0 accesses, 0 sessions, 0 samples, 0 seekers, 0 barriers, 0 risk records, "
            "0 consultations, 0 trail entries, 0 admin log entries, 0 half uploads."
        ),
        "Deletion log of this month: 0 expired, 0 kept_expired, 0 wish.",
    ]

    for _ in range(2):
        code, summary = counselling(ground, "prune")
        assert (code, summary.splitlines()[:2]) == (0, said)
        assert summary.splitlines()[2].startswith("Audit trail: ")


def test_check_names_what_is_missing(ground: Ground) -> None:
    code, said = counselling(ground, "check")

    assert code == 1
    assert "The chat has no opening hours yet; set them in the admin." in said.splitlines()


def test_check_fails_when_some_hour_has_no_help_contact(ground: Ground) -> None:
    ground.run(
        "-c",
        "import django; django.setup()\n"
        "from counselling.centre import defaults\nfrom counselling.centre.models import HelpContact\n"
        "defaults.ensure()\nHelpContact.objects.filter(channel='written').update(active=False)",
    )

    code, said = counselling(ground, "check")

    assert code == 1
    lines = [line for line in said.splitlines() if line.startswith("No help contact: ")]
    assert [line.partition(": ")[2] for line in lines][2:] == [
        "Montag, 2 bis 3 Uhr: niemand zum Schreiben",
        "and in 165 more hours of the week",
    ]


def test_serve_refuses_the_demo_settings(ground: Ground) -> None:
    code, said = counselling(ground, "serve", "--port", "1", COUNSELLING_DEMO="1")

    assert (code, said.splitlines()[0][:25]) == (1, "COUNSELLING_DEMO is set: ")


def test_serve_refuses_a_database_without_its_tables(ground: Ground, tmp_path: Path) -> None:
    empty = f"sqlite:///{tmp_path / 'empty.sqlite3'}"

    assert counselling(ground, "serve", DATABASE_URL=empty) == (
        1,
        "The database's tables are not up to date. Run: counselling django migrate",
    )


def test_serve_says_that_its_port_is_taken(ground: Ground) -> None:
    import socket  # noqa: PLC0415 -- only here

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = counselling(ground, "serve", "--port", str(port))

    assert (code, said) == (1, f"Another program already uses 127.0.0.1:{port}. Choose another port.")
