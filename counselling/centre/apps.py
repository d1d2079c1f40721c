from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentreConfig(AppConfig):
    """The centre's own data: hours, help contacts, topics, texts, branding."""

    name = "counselling.centre"
    verbose_name = _("Beratungsstelle")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the quick exit, which knows nobody, where this centre wants it to lead."""
        from counselling.centre.models import Centre  # noqa: PLC0415 -- models exist only once every app is loaded
        from counselling.web import exit as quick_exit  # noqa: PLC0415 -- as above

        quick_exit.exit_sites.append(lambda: Centre.load().exit_url)
