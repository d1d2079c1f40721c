"""Each thing that `counselling check` looks for: made wrong, and named; and silence where all is well."""

import datetime as dt
import os
import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from counselling import meters
from counselling.centre import defaults
from counselling.centre.models import Centre, HelpContact, OpeningHour
from counselling.people.domain import canary
from counselling.people.models import KeyCanary, Staff
from counselling.upkeep.backup import keeping
from counselling.upkeep.checks import everything
from counselling.upkeep.upgrading import trace
from counselling.vault import master
from tests.support import once, world

pytestmark = pytest.mark.django_db

# A test's PostgreSQL is as Debian installs it; what is right there is asked in test_services.py.
OF_TEST_DATABASES = {"database_log", "connections"}


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """A whole backup of an hour ago."""
    directory = tmp_path / "backups"
    directory.mkdir(mode=0o700)
    parcels(directory, timezone.now() - dt.timedelta(hours=1))
    return directory


def parcels(directory: Path, at: dt.datetime) -> None:
    for kind in keeping.DATA:
        (directory / f"{at.astimezone(dt.UTC):{keeping.TIME}}-abcdef-{kind}.age").write_bytes(b"sealed")


@pytest.fixture(autouse=True)
def well(settings: Settings, tmp_path: Path, backups: Path) -> None:
    """A real server with everything in order."""
    var = tmp_path / "var"
    var.mkdir(mode=0o700)
    settings.DEMO, settings.BEHIND_PROXY = False, True
    settings.ALLOWED_HOSTS, settings.ORIGINS = ["chat.example.org"], ["https://chat.example.org"]
    settings.VAR, settings.BACKUP_DIRECTORY, settings.BACKUP_RECIPIENTS = var, backups, ["age1…"]
    settings.DISK_FREE_BYTES = 1
    settings.STATIC_ROOT = once.template(os.environ) / "static"
    canary.check()
    meters.happened("prune")
    defaults.ensure()
    defaults.demo_centre()
    Centre.objects.update(supervisory_authority="x", accessibility_body="x", alert_email="a@example.org")
    world.counsellor(world.team(), "Linde")


def codes() -> set[str]:
    found = everything.looked()
    assert None not in found.values()
    return {problem.code for problems in found.values() for problem in problems or ()} - OF_TEST_DATABASES


def test_all_is_well() -> None:
    assert [said for said in everything.sentences(everything.looked()) if "PostgreSQL" not in said] == []
    assert codes() == set()


def open_var(settings: Any) -> None:
    settings.VAR.chmod(0o755)


def other_key(settings: Any) -> None:
    """The database was written with another key file of the same name."""
    KeyCanary.objects.update(sealed=b"\x01" + bytes(60))


def bad_key(settings: Any) -> None:
    settings.MASTER_KEY_FILE = settings.VAR / "open.key"
    master.create(settings.MASTER_KEY_FILE)
    settings.MASTER_KEY_FILE.chmod(0o444)


def key_beside(settings: Any) -> None:
    settings.MASTER_KEY_FILE = settings.BACKUP_DIRECTORY / "key" / "master.key"
    master.create(settings.MASTER_KEY_FILE)


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mail(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()


def mail_by_a_word_we_do_not_know(settings: Any) -> None:
    mail(settings)
    settings.SMTP_SECURITY = "ssl"


def mail_password_in_clear(settings: Any) -> None:
    mail(settings)
    settings.EMAIL_HOST_USER = "haus"


def no_redis(settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port()}/0"


def old_prune(settings: Any) -> None:
    then = timezone.now().timestamp() - 4 * 3600
    os.utime(meters.trace("prune"), (then, then))


def only_old_backups(settings: Any) -> None:
    for path in settings.BACKUP_DIRECTORY.iterdir():
        path.unlink()
    parcels(settings.BACKUP_DIRECTORY, timezone.now() - dt.timedelta(hours=28))


def half_a_backup(settings: Any) -> None:
    next(settings.BACKUP_DIRECTORY.glob("*-seals.age")).unlink()


def backup_of_last_month(settings: Any) -> None:
    parcels(settings.BACKUP_DIRECTORY, timezone.now() - dt.timedelta(days=20))


def half_upgrade(settings: Any) -> None:
    trace.write(settings.VAR, trace.Trace(step="migrate", began="", code="", release="", release_before=""))


def stale_static(settings: Any) -> None:
    settings.STATIC_ROOT = settings.VAR


def no_vault(settings: Any) -> None:
    Staff.objects.create(username="kim", alias="Kim").teams.add(world.team("Eiche"))


FAULTS: dict[str, tuple[Callable[[Any], object], set[str]]] = {
    "demo": (lambda s: setattr(s, "DEMO", True), {"demo"}),
    "no proxy": (lambda s: setattr(s, "BEHIND_PROXY", False), {"no_proxy"}),
    "any host": (lambda s: setattr(s, "ALLOWED_HOSTS", ["*"]), {"any_host"}),
    "loopback alone": (lambda s: setattr(s, "ALLOWED_HOSTS", ["localhost", "127.0.0.1"]), {"no_host", "origin"}),
    "no https": (lambda s: setattr(s, "ORIGINS", ["http://chat.example.org"]), {"no_https"}),
    "another origin": (lambda s: setattr(s, "ORIGINS", ["https://else.example"]), {"origin"}),
    "key open to all": (bad_key, {"key_file", "other_key"}),
    "key of another server": (other_key, {"other_key"}),
    "key among the backups": (key_beside, {"key_beside", "other_key"}),
    "redis gone": (no_redis, {"redis_away"}),
    "half a relay": (lambda s: setattr(s, "TURN_URLS", ("turn:x",)), {"half_relay"}),
    "mail server gone": (mail, {"mail_away", "sender"}),
    "mail by a word we do not know": (mail_by_a_word_we_do_not_know, {"mail_away", "sender", "mail_security"}),
    "mail password in clear": (mail_password_in_clear, {"mail_away", "sender", "mail_in_clear"}),
    "disk full": (lambda s: setattr(s, "DISK_FREE_BYTES", 10**18), {"disk_full"}),
    "no such directory": (
        lambda s: setattr(s, "BACKUP_DIRECTORY", Path("/nowhere/at/all")),
        {"no_directory", "never_backed_up"},
    ),
    "data for everybody": (open_var, {"open_directory"}),
    "another zone": (lambda s: setattr(s, "TIME_ZONE", "Asia/Tokyo"), {"zone"}),
    "static files of nobody": (stale_static, {"static"}),
    "never erased": (lambda s: meters.trace("prune").unlink(), {"never_pruned"}),
    "erased long ago": (old_prune, {"prune_late"}),
    "no backups": (lambda s: setattr(s, "BACKUP_DIRECTORY", None), {"no_backups"}),
    "nobody to encrypt to": (lambda s: setattr(s, "BACKUP_RECIPIENTS", []), {"no_recipient"}),
    "yesterday's backup": (only_old_backups, {"backup_late"}),
    "half a backup": (half_a_backup, {"never_backed_up"}),
    "backup of last month": (backup_of_last_month, {"old_backups"}),
    "half an upgrade": (half_upgrade, {"half_upgrade"}),
    "nobody to call": (lambda s: HelpContact.objects.filter(channel="written").update(active=False), {"help_gap"}),
    "no imprint": (lambda s: Centre.objects.update(operator=""), {"centre_data"}),
    "nobody counsels": (lambda s: Staff.objects.update(is_active=False), {"nobody"}),
    "no hours": (lambda s: OpeningHour.objects.all().delete(), {"no_hours"}),
    "no vault": (no_vault, {"no_vault"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named_and_hides_no_other(settings: Settings, fault: str) -> None:
    spoil, expected = FAULTS[fault]
    spoil(settings)

    assert codes() == expected
    assert all(said.endswith((".", "/", ")")) or ": " in said for said in everything.sentences(everything.looked()))


def test_check_that_breaks_hides_no_other(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.BEHIND_PROXY = False
    settings.TURN_URLS = settings.TURN_SECRET = SimpleNamespace()  # nothing that can be looked through

    found = everything.sentences(everything.looked())

    assert any(said.startswith("The check of relay itself failed: TypeError at services.py:") for said in found)
    assert any(said.startswith("COUNSELLING_BEHIND_PROXY is off") for said in found)
