from django.apps import AppConfig


class ChatConfig(AppConfig):
    """Live chat: protocol, delivery, presence, waiting room."""

    name = "chat"
    default_auto_field = "django.db.models.BigAutoField"
