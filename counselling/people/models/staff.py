"""Who works here, in which team and role."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

# What administrators manage, by room; of letters only rules and who is on call are registered.
_MANAGED = {"people", "centre", "mail", "blended"}
MAX_CAPACITY = 12  # chats at once that anybody may set


class Team(models.Model):
    """A group of counsellors with one queue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("Name"), max_length=80)
    slug = models.SlugField(_("Kurzname"), unique=True)
    default_capacity = models.PositiveSmallIntegerField(_("Gleichzeitige Chats je Person"), default=2)
    # When somebody was last "here"; alerted_at is set while staff know that nobody is.
    last_here_at = models.DateTimeField(null=True, editable=False)
    alerted_at = models.DateTimeField(null=True, editable=False)
    # The public half of the printed recovery key and its mac; its private half is on paper only.
    recovery_public = models.BinaryField(null=True, editable=False)
    recovery_mac = models.BinaryField(max_length=49, default=b"", editable=False)

    class Meta:
        verbose_name = _("Team")
        verbose_name_plural = _("Teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Looks staff up by user name."""

    def get_by_natural_key(self, username: str | None) -> "Staff":
        """Case-insensitively, as people type on phones."""
        return self.get(username__iexact=username)


class Staff(AbstractBaseUser):
    """Somebody who works here. Young people see only the alias and the role."""

    class Role(models.TextChoices):
        """What a member of staff may do; nobody has two (AYGOnet's lesson: administrators never read)."""

        COUNSELLOR = "counsellor", _("Beratung")
        SUPERVISOR = "supervisor", _("Leitung")
        ADMINISTRATOR = "administrator", _("Technik")

    class Status(models.TextChoices):
        """Set by the counsellor, seen by colleagues."""

        HERE = "here", _("da")
        PAUSING = "pausing", _("Pause")
        AWAY = "away", _("weg")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("Benutzername"), max_length=80, unique=True)
    alias = models.CharField(_("Name für Ratsuchende"), max_length=24, unique=True)
    role = models.CharField(_("Rolle"), max_length=16, choices=Role.choices, default=Role.COUNSELLOR)
    teams = models.ManyToManyField(Team, verbose_name=_("Teams"), blank=True, related_name="staff")
    languages = models.JSONField(_("Sprachen"), default=list, blank=True, help_text=_('Zum Beispiel ["de", "en"]'))
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.AWAY, editable=False)
    capacity = models.PositiveSmallIntegerField(
        _("Gleichzeitige Chats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_CAPACITY)],
    )
    seen_at = models.DateTimeField(null=True, editable=False)
    # Whom a centre names for § 8a and § 8b SGB VIII; asked without names, also by the own team.
    insofa = models.BooleanField(
        _("Insoweit erfahrene Fachkraft (§ 8a)"),
        default=False,
        help_text=_("Steht an erster Stelle, wenn jemand Rat ohne Namen holt, auch im eigenen Team."),
    )
    is_active = models.BooleanField(_("darf sich anmelden"), default=True)

    objects = StaffManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = _("Person im Team")
        verbose_name_plural = _("Personen im Team")
        ordering = ["alias"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="one_username_whatever_the_case",
                violation_error_message=_("Diesen Benutzernamen gibt es schon."),
            )
        ]

    def __str__(self) -> str:
        return self.alias

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this person in."""
        return self.is_active and self.role == self.Role.ADMINISTRATOR

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        """Administrators manage what is _MANAGED; there is no permission that leads to a case."""
        return self.is_staff and perm.split(".", maxsplit=1)[0] in _MANAGED

    def has_module_perms(self, label: str) -> bool:
        """See has_perm."""
        return self.is_staff and label in _MANAGED
