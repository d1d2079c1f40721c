"""Temporary."""
import pytest
from tests.e2e.looks import Walk, options
from tests.e2e.test_steering import lead, to
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_look(stage):
    walk = Walk("de", "tmp-e2")
    page = lead(stage, **options("de"))
    to(page, "absences")
    walk.see(page, "absences", whole=True)
    page.get_by_test_id("add").click()
    page.get_by_label("Wer ist weg").select_option("Linde")
    page.get_by_label("Wer antwortet so lange").select_option("Linde")
    page.get_by_label("Letzter Tag").fill(page.get_by_label("Erster Tag").input_value())
    page.get_by_test_id("add").click()
    walk.see(page, "absences-refused", whole=True)
    page.get_by_label("Wer antwortet so lange").select_option("Mara")
    page.get_by_test_id("add").click()
    walk.see(page, "absences-in", whole=True)
    to(page, "modules")
    page.get_by_test_id("module-new").locator("summary").click()
    page.locator("[name=title]").fill("Gruß")
    page.locator("[name=text]").fill("Hallo {wer}")
    page.get_by_test_id("module-add").click()
    walk.see(page, "modules-refused", whole=True)
    page.locator("[name=text]").fill("Hallo {nickname}")
    page.get_by_test_id("module-add").click()
    page.get_by_test_id("module").locator("summary").first.click()
    walk.see(page, "modules", whole=True)
    assert walk.found == {}
