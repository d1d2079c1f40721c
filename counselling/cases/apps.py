from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases, timelines, seats, the queue."""

    name = "counselling.cases"
    default_auto_field = "django.db.models.BigAutoField"
