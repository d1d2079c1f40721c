from django.apps import AppConfig


class WebConfig(AppConfig):
    """The edge: middleware, headers, errors, quick exit, the design system."""

    name = "counselling.web"
    default_auto_field = "django.db.models.BigAutoField"
