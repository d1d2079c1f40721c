import django
import pytest
from django.test import Client
from pytest_django import Settings

django.setup()

JSON = {"Accept": "application/json"}
# What somebody wrote; it must come out nowhere.
SECRET = "Sentinel 7f3: was jemand schrieb"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def pages(settings: Settings) -> None:
    """The real pages beside views that fail; the failure page for forms that settings name."""
    settings.ROOT_URLCONF = "tests.web.urls"
    settings.CSRF_FAILURE_VIEW = "counselling.web.errors.csrf_failure"


@pytest.fixture
def visitor() -> Client:
    """A browser as it is: forms need their token, and what breaks comes back as a page."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)
