"""Key files of a test's own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.support import key_files


@pytest.fixture
def key_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a key file of these lines; `mode` is that of the file."""
    return partial(key_files.write, tmp_path)


@pytest.fixture
def use_keys(tmp_path: Path, settings: Settings) -> Callable[..., None]:
    """The server now runs with a key file of these lines."""

    def use(*lines: str) -> None:
        settings.MASTER_KEY_FILE = key_files.write(tmp_path, *lines)

    return use
