"""docs/data-protection names every field that is stored, says of each whether it lies in clear, and invents nothing.

What the programs delete is shown by the tests that these pages name; this keeps them from telling of fields, settings,
files or tests of yesterday.
"""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tests.support.environment import ROOT

FOLDER = ROOT / "docs" / "data-protection"
PAGES = sorted(FOLDER.glob("*.md"))
CONCEPT = (FOLDER / "loeschkonzept.md").read_text(encoding="utf-8")
SAMPLE = (ROOT / "deploy" / "env.sample").read_text(encoding="utf-8")
ROOMS = ("people", "centre", "cases", "mail", "blended", "statistics", "chat", "web")  # the last two store nothing
# `### \`people.Staff\`` begins the part about a model; `| \`alias\` | what it holds | klar |` is one of its fields.
PART = re.compile(r"^### `(?P<model>\w+\.\w+)`\n(?P<body>.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(?P<field>\w+)` \| (?P<what>.+?) \| (?P<form>[^|]+) \|$", re.MULTILINE)
SETTING = re.compile(r"\bCOUNSELLING_[A-Z_]+\b")
NAMED = re.compile(r"`(?P<path>[\w./-]+/[\w.-]+\.(?:py|md|html|sample|conf))(?:::(?P<test>test_\w+))?`")
CLEAR = "klar"
# A text column that holds a verifier.
VERIFIERS = {"password"}
RETENTION = ("CLOSED_CHAT_HOURS", "KEPT_CASE_MONTHS", "RISK_RECORD_MONTHS", "CONSULTATION_DAYS", "AUDIT_MONTHS")


def told() -> dict[str, dict[str, str]]:
    """Of each model the fields that the concept tells of, and how each is said to lie there."""
    return {
        part["model"]: {row["field"]: row["form"] for row in ROW.finditer(part["body"])}
        for part in PART.finditer(CONCEPT)
    }


def stored() -> dict[str, dict[str, bool]]:
    """Of each model its fields, and whether they lie in clear; many to many is told where it is declared."""
    return {model._meta.label: fields_of(model) for room in ROOMS for model in apps.get_app_config(room).get_models()}


def fields_of(model: type[models.Model]) -> dict[str, bool]:
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {one.name: not isinstance(one, models.BinaryField) and one.name not in VERIFIERS for one in fields}


@lru_cache
def functions_in(path: Path) -> set[str]:
    """The functions of a Python file."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_concept_tells_of_every_model_and_of_no_other() -> None:
    assert sorted(told()) == sorted(stored())


@pytest.mark.parametrize("model", sorted(stored()))
def test_concept_tells_of_every_field_and_of_no_other_and_what_lies_in_clear(model: str) -> None:
    assert {name: form == CLEAR for name, form in told().get(model, {}).items()} == stored()[model]


@pytest.mark.parametrize("model", sorted(stored()))
def test_concept_says_when_it_is_deleted(model: str) -> None:
    bodies = {part["model"]: part["body"] for part in PART.finditer(CONCEPT)}

    assert "**Löschung:**" in bodies.get(model, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_setting_that_is_named_stands_in_the_sample(page: Path) -> None:
    known = set(SETTING.findall(SAMPLE))

    assert set(SETTING.findall(page.read_text(encoding="utf-8"))) - known == set()


@pytest.mark.parametrize("name", RETENTION)
def test_every_time_of_ours_is_told_with_its_default(name: str) -> None:
    assert f"| `COUNSELLING_{name}` | {getattr(settings, name)} " in CONCEPT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_and_test_that_is_named_is_there(page: Path) -> None:
    named = {(match["path"], match["test"]) for match in NAMED.finditer(page.read_text(encoding="utf-8"))}
    missing = {path for path, _test in named if not (ROOT / path).is_file()}
    unknown = {
        (path, test) for path, test in named if test and path not in missing and test not in functions_in(ROOT / path)
    }

    assert (missing, unknown) == (set(), set())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_says_that_it_is_a_draft(page: Path) -> None:
    assert "Entwurf, von einem Menschen zu prüfen" in " ".join(page.read_text(encoding="utf-8").split())
