"""deploy/prometheus by Prometheus' own judge, and by what /metrics really says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from counselling.upkeep.watching import metrics, ready
from counselling.upkeep.watching.figures import Figures
from tests.support import environment

FOLDER = environment.ROOT / "deploy" / "prometheus"
TESTED = Path(__file__).parent / "alerts.test.yml"
PAGE = environment.ROOT / "docs" / "watching.md"
ALERT = re.compile(r"alert: (\w+)")
# Made by Prometheus itself, and by the blackbox exporter.
FOREIGN = {"up", "probe_ssl_earliest_cert_expiry"}


def promtool(folder: Path, *words: str) -> str:
    """What it says; it fails the test where it is not content."""
    assert shutil.which("promtool"), "promtool is missing: apt-get install prometheus"
    done = subprocess.run(["promtool", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in (FOLDER / "alerts.yml", FOLDER / "scrape.yml", TESTED):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_rules_are_rules_and_speak_when_they_should(folder: Path) -> None:
    assert f"{len(alerts())} rules found" in promtool(folder, "check", "rules", "alerts.yml")
    promtool(folder, "test", "rules", TESTED.name)


def test_scrape_sample_is_a_configuration(folder: Path) -> None:
    assert "valid prometheus config" in promtool(folder, "check", "config", "scrape.yml")


def alerts() -> list[str]:
    return ALERT.findall((FOLDER / "alerts.yml").read_text())


def test_every_alert_is_heard_once_in_the_test() -> None:
    tested = re.findall(r"alertname: (\w+)\n\s+exp_alerts:\n", TESTED.read_text())

    assert sorted(tested) == sorted(alerts())


def families() -> dict[str, set[str]]:
    """{name of a family on the page: what its samples are called}"""
    page = metrics.page({"database": ready.OK}, Figures(*range(9))).decode()
    return {
        family.name: {family.name, *(f"{family.name}{end}" for end in ("_total", "_bucket", "_sum", "_count"))}
        for family in text_string_to_metric_families(page)
    }


def test_rules_name_only_what_is_on_the_page() -> None:
    asked = set(re.findall(r"\b(?:counselling|process|probe)_\w+|\bup\b", expressions()))

    assert len(asked) > 12
    assert asked - FOREIGN - {name for names in families().values() for name in names} == set()


def expressions() -> str:
    return "\n".join(re.findall(r"expr: (.+)", (FOLDER / "alerts.yml").read_text()))


def test_page_explains_every_alert_and_every_number() -> None:
    told = PAGE.read_text()

    assert [name for name in alerts() if f"| `{name}` |" not in told] == []
    assert [name for name in families() if name.startswith("counselling_") and f"`{name}" not in told] == []
