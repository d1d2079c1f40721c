"""deploy/install.sh says every step and does what it says; deploy/counselling.sh runs commands as the server would.

That install.sh ran to its end on a booted Debian: deploy/README.md. Here it only speaks.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from counselling.vault import master
from tests.support import environment
from tests.support.key_files import key_line
from tests.support.services import wait_until

DEPLOY = environment.ROOT / "deploy"
INSTALL, WRAPPER = DEPLOY / "install.sh", DEPLOY / "counselling.sh"
SCRIPTS = sorted(DEPLOY.rglob("*.sh"))
DOMAIN = "beratung.example.org"
PERSON = "nobody"
STEPS = (
    *("packages", "user", "code", "command line", "PostgreSQL", "settings", "Redis", "master key", "relay of voice"),
    *("tables", "services", "certificate", "nginx", "relay gets", "left to do"),
)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user, which root alone may")


def said(*words: str, fails: bool = False) -> str:
    """What install.sh prints, doing nothing."""
    done = subprocess.run([INSTALL, "--dry-run", *words], capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def of_install(line: str, **values: str) -> str:
    """What a line of bash says among the script's own functions."""
    script = INSTALL.read_text().replace('\nmain "$@"\n', "\n").replace('"$(dirname "$0")/.."', str(environment.ROOT))
    given = "\n".join(f"{name}={value}" for name, value in values.items())
    return subprocess.run(
        ["bash", "-c", f"{script}\n{given}\n{line}"], capture_output=True, text=True, check=True
    ).stdout


def test_scripts_are_clean() -> None:
    program = shutil.which("shellcheck")
    assert program, "shellcheck is missing: apt-get install shellcheck"

    done = subprocess.run([program, *SCRIPTS], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o111 == 0o111 for path in SCRIPTS)


def test_every_step_is_said_in_order() -> None:
    titles = [line for line in said("--domain", DOMAIN).splitlines() if line.startswith("== ")]

    assert len(titles) == len(STEPS)
    assert all(word in title for word, title in zip(STEPS, titles, strict=True)), titles


def test_nothing_is_done() -> None:
    """Whatever it would write is not there afterwards, nor was it before, on this machine."""
    wanted = re.findall(r"writes (\S+)|install -[dm].* (/\S+)$", said("--domain", DOMAIN), re.MULTILINE)
    places = {Path(one or other) for one, other in wanted}
    before = {path: path.stat().st_mtime_ns for path in places if path.exists()}

    said("--domain", DOMAIN, "--processes", "3")

    assert len(places) > 10
    assert {path: path.stat().st_mtime_ns for path in places if path.exists()} == before


def test_every_file_it_copies_is_in_the_tree() -> None:
    named = set(re.findall(r"/opt/counselling/src/(deploy/\S+)", said("--domain", DOMAIN)))

    assert {f"deploy/systemd/{path.name}" for path in (DEPLOY / "systemd").iterdir()} < named
    assert [name for name in named if not (environment.ROOT / name).is_file()] == []


def test_what_debian_leaves_dead_is_started_again() -> None:
    written = re.findall(r"writes (/etc/systemd/system/\S+\.d/\S+)", said("--domain", DOMAIN))

    assert written == [
        f"/etc/systemd/system/{unit}.d/counselling.conf" for unit in ("postgresql@.service", "nginx.service")
    ]


def test_without_relay_nothing_of_it_is_left() -> None:
    assert not re.search("coturn|turnserver|relay|3478", said("--domain", DOMAIN, "--without-coturn"))


def test_own_certificate_needs_no_certbot(tmp_path: Path) -> None:
    for name in ("fullchain.pem", "privkey.pem"):
        (tmp_path / name).touch()

    assert "certbot" not in said("--domain", DOMAIN, "--certificate", str(tmp_path))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--domain needs"),
        (["--domain"], "needs a word"),
        (["--domain", "Beratung.example.org"], "small letters"),
        (["--domain", "localhost"], "small letters"),
        (["--domain", "a.example.org;reboot"], "small letters"),
        (["--domain", DOMAIN, "--processes", "0"], "from 1 to 9"),
        (["--domain", DOMAIN, "--processes", "two"], "from 1 to 9"),
        (["--domain", DOMAIN, "--address", "here"], "--address"),
        (["--domain", DOMAIN, "--certificate", "/nowhere"], "fullchain.pem"),
        (["--domain", DOMAIN, "--secret", "x"], "none of its words"),
    ],
)
def test_wrong_words_are_one_sentence(words: list[str], sentence: str) -> None:
    words_of_refusal = said(*words, fails=True)

    assert sentence in words_of_refusal
    assert words_of_refusal.count("\n") == 1


def test_site_gets_its_name_and_a_line_for_each_process() -> None:
    site = of_install("site_lines", domain=DOMAIN, processes="3", certificate=f"/etc/letsencrypt/live/{DOMAIN}")

    assert re.findall(r"server unix:/run/counselling/(\d)\.sock", site) == ["1", "2", "3"]
    assert "counselling.example.org" not in site
    assert f"ssl_certificate /etc/letsencrypt/live/{DOMAIN}/fullchain.pem;" in site
    assert f"server_name {DOMAIN};" in site


def test_relay_talks_to_itself_alone_also_behind_nat() -> None:
    lines = of_install("relay_lines 10.0.0.5 abc", address="203.0.113.10").splitlines()

    assert "static-auth-secret=abc" in lines
    assert {"allowed-peer-ip=10.0.0.5", "allowed-peer-ip=203.0.113.10"} <= set(lines)
    assert "external-ip=203.0.113.10/10.0.0.5" in lines


def test_settings_are_the_samples_with_this_name(tmp_path: Path) -> None:
    text = written_settings(tmp_path).read_text()

    mine = ("COUNSELLING_HOSTS=", "COUNSELLING_ORIGINS=", "DATABASE_URL=", "REDIS_URL=")
    other = [line for line in (DEPLOY / "env.sample").read_text().splitlines() if not line.startswith(mine)]
    assert [line for line in text.splitlines() if not line.startswith(mine)] == other
    assert f"\nCOUNSELLING_HOSTS={DOMAIN}\n" in text
    assert f"\nCOUNSELLING_ORIGINS=https://{DOMAIN}\n" in text
    assert "\nDATABASE_URL=postgresql://:5433/counselling\n" in text


def written_settings(etc: Path) -> Path:
    """The file of settings, as a first run makes it there."""
    of_install(f'ETC={etc}\nput() {{ cat >"$3"; }}\nsettings', domain=DOMAIN, database_port="5433")
    return etc / "env"


def test_redis_asks_for_the_password_of_the_settings(tmp_path: Path) -> None:
    env = written_settings(tmp_path)
    [password] = re.findall(r"^REDIS_URL=redis://:([0-9a-f]{64})@127\.0\.0\.1:6379/0$", env.read_text(), re.MULTILINE)
    lines = (DEPLOY / "redis" / "redis.conf").read_text()

    assert (
        of_install("redis_lines", ETC=str(tmp_path)).removeprefix(lines).splitlines()[-1] == f"requirepass {password}"
    )
    env.write_text("REDIS_URL=redis://127.0.0.1:6379/0\n")  # as it was installed before
    assert of_install("redis_lines", ETC=str(tmp_path)) == lines


@pytest.mark.parametrize("name", ["src.new", "src.before"])
def test_a_copy_that_it_would_delete_is_no_tree_to_install_from(name: str) -> None:
    said = of_install(f"(TREE=$SRC{name.removeprefix('src')} look_around) 2>&1 || true")

    assert "is where this script keeps copies" in said


@pytest.mark.parametrize(("plan", "command"), [("[X]  people.0001", "upgrade"), ("[ ]  people.0001", "django migrate")])
def test_database_in_use_is_backed_up_first_wherever_it_is(plan: str, command: str) -> None:
    """On this machine or on another: the settings know."""
    stand_in = f"run() {{ echo \"$@\"; }}; /usr/local/bin/counselling() {{ echo '{plan}'; }}"

    assert of_install(f"{stand_in}\ntables").splitlines()[2].startswith(f"/usr/local/bin/counselling {command}")


# --- The command line for root ----------------------------------------------------------------------------------------

PROGRAM = r"""#!/bin/sh
case $1 in
show)
    id -un
    printf '%s|%s|%s|%s\n' "$COUNSELLING_PLAIN" "$COUNSELLING_QUOTED" "${STRAY:-}" "${DATABASE_URL:-}"
    stat -c '%a %U' "$COUNSELLING_KEY_FILE" "$(dirname "$COUNSELLING_KEY_FILE")"
    cat "$COUNSELLING_KEY_FILE"
    ;;
fails) exit 3 ;;
rotatekey)
    echo "k2 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" >"$COUNSELLING_KEY_FILE.new"
    cat "$COUNSELLING_KEY_FILE" >>"$COUNSELLING_KEY_FILE.new"
    mv "$COUNSELLING_KEY_FILE.new" "$COUNSELLING_KEY_FILE"
    if [ "$2" = slowly ]; then sleep 600; fi
    ;;
steals) ln -sf "$2" "$COUNSELLING_KEY_FILE.x"; mv "$COUNSELLING_KEY_FILE.x" "$COUNSELLING_KEY_FILE" ;;
esac
"""


class Machine:
    """Where the wrapper finds its things, in a directory that another user can pass."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for name in ("etc", "run"):
            (directory / name).mkdir(mode=0o755)
        self.key, self.desk = directory / "etc" / "master.key", directory / "etc" / "key-at-work"
        self.key.write_text(key_line("k1"))
        self.key.chmod(0o400)
        self.env = directory / "etc" / "env"
        self.env.write_text(
            "# a word\n\n; another\nCOUNSELLING_PLAIN=Ulm=0731 1; Laupheim=$HOME \n"
            'COUNSELLING_QUOTED="two words"\nDATABASE_URL=postgresql://:geheim@db/x\n'
        )
        self.env.chmod(0o600)
        program = directory / "program"
        program.write_text(PROGRAM)
        program.chmod(0o755)
        self.wrapper = directory / "counselling"
        places = {
            "/opt/counselling/venv/bin/counselling": str(program),
            "PERSON=counselling": f"PERSON={PERSON}",
            "/etc/counselling": str(directory / "etc"),
            "/run/counselling-cli": str(directory / "run" / "cli"),
        }
        text = WRAPPER.read_text()
        for known, here in places.items():
            assert known in text
            text = text.replace(known, here)
        # the group of this stand-in has another name
        group = pwd.getpwnam(PERSON).pw_gid
        text = text.replace('--regid="$PERSON"', f"--regid={group}").replace('chgrp "$PERSON"', f"chgrp {group}")
        self.wrapper.write_text(text)
        self.wrapper.chmod(0o755)

    def popen(self, *words: str) -> subprocess.Popen[str]:
        surroundings = {"PATH": os.environ["PATH"], "STRAY": "root's own"}
        return subprocess.Popen(
            [self.wrapper, *words],
            env=surroundings,
            cwd="/root",
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        """(exit code, what it said, what it complained about)."""
        with self.popen(*words) as process:
            out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    @property
    def lent(self) -> list[str]:
        """Copies of the key that lie about."""
        return [path.name for path in (self.directory / "run").iterdir() if path.name != "cli.lock"]


@pytest.fixture
def machine() -> Iterator[Machine]:
    directory = Path(tempfile.mkdtemp(prefix="counselling-cli-"))
    directory.chmod(0o755)
    yield Machine(directory)
    shutil.rmtree(directory)


@as_root
def test_command_runs_as_the_server_with_its_settings_and_key(machine: Machine) -> None:
    code, out, err = machine.run("show")

    who, settings, key, place, line = out.splitlines()
    assert (code, err, who) == (0, "", PERSON)
    assert settings == "Ulm=0731 1; Laupheim=$HOME|two words||postgresql://:geheim@db/x"
    assert (key, place) == (f"400 {PERSON}", "710 root")
    assert line + "\n" == machine.key.read_text()
    assert machine.lent == []


@as_root
def test_exit_code_is_the_commands_own(machine: Machine) -> None:
    assert machine.run("fails") == (3, "", "")
    assert machine.lent == []


@as_root
@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("env", None, "env is missing"),
        ("env", "COUNSELLING_HOSTS=a\ngeheim\n", "line 2 of"),
        ("master.key", None, "master.key is missing"),
    ],
)
def test_what_is_missing_is_one_sentence(machine: Machine, name: str, text: str | None, sentence: str) -> None:
    path = machine.directory / "etc" / name
    path.unlink()
    if text:
        path.write_text(text)

    code, out, err = machine.run("show")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert sentence in err
    assert "geheim" not in err


@as_root
def test_rotation_writes_roots_own_file(machine: Machine) -> None:
    assert machine.run("rotatekey") == (0, "", "")

    assert [kid for kid, _ in master.read(machine.key).keys] == ["k2", "k1"]
    assert (stat.S_IMODE(machine.key.stat().st_mode), machine.key.owner()) == (0o400, "root")
    assert not machine.desk.exists()


@as_root
def test_rotation_that_was_killed_is_taken_over(machine: Machine) -> None:
    """The database may need the new key already."""
    with machine.popen("rotatekey", "slowly") as process:
        there = machine.desk / "master.key"
        wait_until(lambda: there.exists() and "k2" in there.read_text(), seconds=30, what="the new key")
        code, _, err = machine.run("show")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert (code, "another command" in err) == (1, True)

    assert machine.run("show")[0] == 0

    assert [kid for kid, _ in master.read(machine.key).keys] == ["k2", "k1"]
    assert not machine.desk.exists()


@as_root
@pytest.mark.parametrize("content", ["k1 abc\n", ""])
def test_half_a_key_file_never_replaces_the_whole_one(machine: Machine, content: str) -> None:
    before = machine.key.read_text()
    machine.desk.mkdir()
    (machine.desk / "master.key").write_text(content)
    shutil.chown(machine.desk, PERSON)

    machine.run("show")

    assert machine.key.read_text() == before


@as_root
def test_link_of_the_servers_user_leads_root_nowhere(machine: Machine) -> None:
    secret = machine.directory / "etc" / "roots"
    secret.write_text(key_line("kx"))
    secret.chmod(0o400)
    before = machine.key.read_text()
    machine.desk.mkdir()
    (machine.desk / "master.key").symlink_to(secret)
    shutil.chown(machine.desk, PERSON)

    machine.run("show")

    assert machine.key.read_text() == before
    assert secret.exists()


@as_root
def test_nobody_but_root_is_let_in(machine: Machine) -> None:
    done = subprocess.run(
        ["setpriv", f"--reuid={PERSON}", "--clear-groups", machine.wrapper, "show"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "run it as root" in done.stderr
    with contextlib.suppress(FileNotFoundError):
        assert machine.lent == []
