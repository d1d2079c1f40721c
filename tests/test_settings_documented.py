"""deploy/env.sample names exactly the variables that settings.py reads, each with a word about it."""

import ast
import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "deploy" / "env.sample"
ASSIGNMENT = re.compile(r"^#?(?P<name>[A-Z][A-Z_]+)=")
# What the settings' own helpers are called; each takes the variable's name first.
HELPERS = {"flag", "words", "get"}


def read_by_settings() -> set[str]:
    tree = ast.parse((ROOT / "counselling" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return {
        node.args[0].value
        for node in calls
        if _name_of(node.func) in HELPERS
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr if ast.unparse(function.value) == "os.environ" else ""
    return getattr(function, "id", "")


def documented() -> dict[str, str]:
    """Each variable and the line above it."""
    lines = SAMPLE.read_text().splitlines()
    found = {}
    for above, line in itertools.pairwise(lines):
        if match := ASSIGNMENT.match(line):
            found[match["name"]] = above
    return found


def test_every_setting_is_documented() -> None:
    assert read_by_settings() == set(documented())


@pytest.mark.parametrize("name", sorted(documented()))
def test_every_variable_has_a_word_about_it(name: str) -> None:
    assert re.match(r"# \S.{15,}", documented()[name])


def test_environment_is_read_nowhere_else() -> None:
    # The others set it up or need the key file before there are settings, or mount the benchmark's yardstick.
    names = ("settings", "__main__", "asgi", "commands/demo", "commands/restore")
    allowed = {f"counselling/{name}.py" for name in names}
    found = {
        str(path.relative_to(ROOT))
        for folder in ("counselling", "chat", "blended")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    assert found <= allowed
