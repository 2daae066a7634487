from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    FI = "fi", "Suomi"
    SV = "sv", "Svenska"
    EN = "en", "English"


class UserManager(BaseUserManager["User"]):
    """Django's own commands ask for these two."""

    def create_user(self, email=None, **fields):
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_unusable_password()
        user.save()
        return user

    def create_superuser(self, email, **fields):
        fields.pop(
            "password", None
        )  # nobody has a password: an admin signs in with a code like everybody else
        return self.create_user(email, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with at most one e-mail and one phone, each written here only when it has been proved.

    Residents have no password and never sign in: their row exists so that limits, misses and their data have an owner.
    """

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    email_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    phone = models.CharField(
        _("phone"), max_length=16, unique=True, null=True, blank=True, help_text="+358401234567"
    )
    phone_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FI)
    is_manager = models.BooleanField(_("manager"), default=False)
    # The sign-on made them a manager, and may end it again.
    manager_from_sign_on = models.BooleanField(default=False, editable=False)
    # The sign-on knows them as somebody of a unit, and does not say of which: they may ask to join one.
    chooses_unit = models.BooleanField(default=False, editable=False)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    booking_paused_until = models.DateTimeField(null=True, blank=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(name="user_language_known", condition=Q(language__in=Language.values)),
            models.CheckConstraint(
                name="user_email_is_never_an_empty_string", condition=Q(email__isnull=True) | ~Q(email="")
            ),
            models.CheckConstraint(
                name="user_phone_is_never_an_empty_string", condition=Q(phone__isnull=True) | ~Q(phone="")
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower() if self.email else None
        self.phone = self.phone or None

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0] if self.name else ""

    @property
    def is_admin(self) -> bool:
        return self.is_active and self.is_superuser
