from django.apps import AppConfig


class MailConfig(AppConfig):
    """Mail counselling: counselling in one's own time."""

    name = "counselling.mail"
    default_auto_field = "django.db.models.BigAutoField"
