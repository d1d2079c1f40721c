"""docs/security.md names tests that exist, the numbers of the code, and every column that a database's thief can read.

What those tests show is up to them; this keeps the page from telling of tests, numbers or tables of yesterday.
"""

import ast
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from counselling.people import password_rules
from counselling.people.domain import codes, invitations
from counselling.people.domain.access import COOKIE_LIFE
from counselling.people.domain.rings import MOST_CASES
from counselling.vault import pairs, passwords, recovery, sealing, strength, totp, wraps
from counselling.vault.phrases import every_word
from counselling.vault.unkind import UNKIND
from tests.support.environment import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# `tests/a/test_b.py`, `tests/a/test_b.py::test_c`, and `::test_c` or `test_c` for another one in the file named before.
NAMED = re.compile(r"`(?P<path>tests/[\w/]+\.py)?(?:(?:::)?(?P<name>test_\w+))?`")
MARKED = ("**Limit", "*not tested*", "`tests/")
HEADINGS = ("| who |", "| what |", "| about |", "| ---")
LIST = re.compile(r"^\| `(?P<model>[A-Z]\w+)` \| (?P<columns>(?:`\w+` ?)+)\|", re.MULTILINE)
# What it holds tells nothing without a key or a guess; section 2 says how it is made.
OPAQUE = {"id", "password"}
ROOMS = ("people", "cases", "mail", "blended", "statistics")
MINIMUM = next(rule["OPTIONS"]["min_length"] for rule in settings.AUTH_PASSWORD_VALIDATORS if "Minimum" in rule["NAME"])


def named() -> Iterator[tuple[str, str]]:
    """(file, test's name or "") of everything that the page names."""
    path = ""
    for match in NAMED.finditer(PAGE):
        path = match["path"] or path
        if match["path"] or match["name"]:
            yield path, match["name"] or ""


@lru_cache
def functions_in(path: str) -> set[str]:
    """The test functions of a file; empty when there is no such file."""
    file = ROOT / path
    body = ast.parse(file.read_text(encoding="utf-8")).body if file.is_file() else []
    return {
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def columns_in_clear(model: type[models.Model]) -> set[str]:
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {field.name for field in fields if field.name not in OPAQUE and not isinstance(field, models.BinaryField)}


def kept() -> dict[str, type[models.Model]]:
    """The tables that tell of people and cases; the centre's own data are public, but for the reports."""
    ours = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return {model.__name__: model for model in [*ours, apps.get_model("centre", "BarrierReport")]}


def test_page_names_many_tests() -> None:
    assert len(set(named())) > 80


@pytest.mark.parametrize("path", sorted({path for path, _ in named()}))
def test_every_test_that_the_page_names_is_there(path: str) -> None:
    assert functions_in(path), f"{path} is no file with tests"
    assert {name for file, name in named() if file == path and name} - functions_in(path) == set()


def statements() -> Iterator[str]:
    """Every row, point and paragraph from section 1 on; what section 5 lists is held to the models below."""
    text = PAGE[PAGE.index("## 1 ") :]
    for part in re.split(r"\n\n|\n(?=\|)|\n(?=- )", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if part.strip() and not part.startswith(("#", *HEADINGS)) and not LIST.match(part):
            yield part


@pytest.mark.parametrize("said", list(statements()), ids=lambda said: said[:30])
def test_every_statement_names_a_test_or_is_marked(said: str) -> None:
    assert any(mark in said for mark in MARKED)


def test_every_column_in_clear_is_listed() -> None:
    listed = {match["model"]: set(re.findall(r"\w+", match["columns"])) for match in LIST.finditer(PAGE)}

    assert listed == {name: columns_in_clear(model) for name, model in kept().items()}


@pytest.mark.parametrize(
    "said",
    [
        f"Argon2id, {passwords.MEMORY_KIB // 1024} MiB, {passwords.ITERATIONS} passes, {passwords.LANES} lane, random",
        f"{passwords.SALT_BYTES * 8}-bit salt, {passwords.ROOT_BYTES * 8} bits",
        f"the first {passwords.SALT_BYTES} of the 32 bytes of HMAC-SHA256",
        f"padded to {sealing.PAD} bytes",
        f"kind, case, author's role, seq. Suite byte {sealing.SUITE}",
        f"epoch and holder. Suite byte {pairs.SUITE}",
        f"whose it is. Suite byte {wraps.SUITE}",
        f"under the pepper. Suite byte {wraps.PEPPERED}",
        f"at least {strength.SHORTEST} characters, zxcvbn score ≥ {strength.SCORE}",
        f"at least {MINIMUM} characters, not like the own names",
        f"score ≥ {password_rules.SCORE}: about",
        f"{codes._BITS} random bits",
        f"{invitations.VALID.days} days, one use",
        f"{totp.SECRET_BYTES * 8}-bit secret, {totp.STEP} s, ±{totp.WINDOW} step",
        f"codes of {recovery._CODE_LETTERS * recovery._BITS} bits",
        f"up to {MOST_CASES:,} case keys",
        f"up to {COOKIE_LIFE.days} days",
        f"after {settings.STAFF_IDLE_MINUTES} minutes without activity",
        f"after {settings.CLOSED_CHAT_HOURS} hours, a kept one {settings.KEPT_CASE_MONTHS} months",
    ],
)
def test_numbers_of_the_page_are_those_of_the_code(said: str) -> None:
    assert said in " ".join(PAGE.split())


def test_strength_of_the_suggested_words_is_reckoned_right() -> None:
    kind = len(set(every_word()) - UNKIND)

    assert f"six of {kind:,} German words, {6 * math.log2(kind):.1f} bits" in PAGE


def test_page_never_calls_it_end_to_end() -> None:
    assert "It is not end-to-end encryption" in " ".join(PAGE.split())
    assert PAGE.lower().count("end-to-end") == 1


def test_links_of_the_page_lead_somewhere() -> None:
    for file in re.findall(r"`((?:deploy|docs)/[\w./-]+\.md)`", PAGE):
        assert Path(ROOT, file).is_file(), file
