"""Static names: plain before anything was collected, hashed and linked afterwards."""

from pathlib import Path

import pytest

from counselling.web.storage import ModuleStaticFilesStorage


@pytest.fixture
def storage(tmp_path: Path) -> ModuleStaticFilesStorage:
    return ModuleStaticFilesStorage(location=tmp_path, base_url="/static/")


def test_names_are_plain_without_a_manifest(storage: ModuleStaticFilesStorage) -> None:
    assert storage.url("web/icons.svg") == "/static/web/icons.svg"


def test_collected_modules_import_each_other_by_hashed_names(storage: ModuleStaticFilesStorage, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nb();\n')
    (tmp_path / "b.js").write_text("export const b = () => 1;\n")

    assert [outcome for _, _, outcome in storage.post_process({name: (storage, name) for name in ("a.js", "b.js")})]

    hashed = storage.stored_name("b.js")
    assert hashed != "b.js"
    assert f'from "./{hashed}"' in (tmp_path / storage.stored_name("a.js")).read_text()


def test_a_name_missing_from_the_manifest_is_an_error(storage: ModuleStaticFilesStorage, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("export {};\n")
    list(storage.post_process({"a.js": (storage, "a.js")}))

    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        storage.url("unknown.js")
