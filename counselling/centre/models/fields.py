"""Fields that refuse what no page of ours may lead to."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db import models


class HttpsField(models.URLField[str, str]):
    """A web address that is encrypted on its way; `example.org` typed without a scheme means https."""

    default_validators = [URLValidator(schemes=["https"])]

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """The form's field, which completes the scheme (Django 6's default, said here for 5.2)."""
        return super().formfield(**{"assume_scheme": "https", **kwargs})
