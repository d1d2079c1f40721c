"""The suite's settings are known by now: from here on tests may import models."""

import django

django.setup()
