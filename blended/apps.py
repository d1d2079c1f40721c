from django.apps import AppConfig


class BlendedConfig(AppConfig):
    """Appointments, voice and video, media change."""

    name = "blended"
    default_auto_field = "django.db.models.BigAutoField"
