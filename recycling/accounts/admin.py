from allauth.account import admin as _of_the_library  # noqa: F401  (registers what is taken out below)
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _of_its_passkeys  # noqa: F401  (likewise)
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as _of_its_sign_on  # noqa: F401  (likewise)
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recycling.admin import Kept
from recycling.audit.domain import viewed

from .models import CostCentre, Department, Division, GroupRule, Membership, User

# One door: the admin has no sign-in page of its own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # (as the library asks)
admin.site.unregister(Group)  # roles are memberships and work at sites, not groups
admin.site.unregister(
    EmailAddress
)  # the one address that counts is the person's own, whose page logs each look
admin.site.unregister([SocialApp, SocialAccount, SocialToken])  # the sign-on stands in the settings
admin.site.unregister(Authenticator)  # a key that somebody else wrote in would open the person's account
admin.site.site_header = "Kierto"
admin.site.site_title = "Kierto"
admin.site.index_title = _("What the city keeps here")


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["department"]
    exclude = ["cost_centre"]  # the person's own choice


@admin.register(User)
class UserAdmin(Kept):
    """People who work for the city. A resident's contact is shown here too, and each look at it is logged."""

    list_display = ["name", "is_manager", "is_superuser", "is_active"]
    list_filter = ["is_manager", "is_superuser", "is_active"]
    search_fields = ["name", "email"]
    fields = [
        *("name", "email", "phone", "language", "is_active", "is_manager", "is_staff", "is_superuser"),
        *("booking_paused_until", "last_login"),
    ]
    readonly_fields = ["last_login"]
    inlines = [MembershipInline]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def changes_of(self, form):
        """The names of the fields alone: the audit log holds no contact data."""
        return form.changed_data

    def has_delete_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False  # people are made inactive or forgotten, so that the log keeps its ids

    def change_view(self, request, object_id, *args, **kwargs):
        person = self.get_object(request, object_id)
        if person is not None and person.pk != request.user.pk:
            viewed(person, by=request.user, at=timezone.now(), purpose="admin", subject=person)
        return super().change_view(request, object_id, *args, **kwargs)


@admin.register(Division)
class DivisionAdmin(Kept):
    list_display = ["code", "name_fi", "name_sv", "is_active"]
    search_fields = ["code", "name_fi", "name_sv", "name_en"]


class CostCentreInline(admin.TabularInline):
    model = CostCentre
    extra = 0


@admin.register(Department)
class DepartmentAdmin(Kept):
    list_display = ["code", "name_fi", "name_sv", "kind", "division", "is_active"]
    list_filter = ["is_active", "kind", "division"]
    list_select_related = ["division"]
    autocomplete_fields = ["division"]
    search_fields = ["code", "name_fi", "name_sv", "name_en"]
    inlines = [CostCentreInline]


@admin.register(GroupRule)
class GroupRuleAdmin(Kept):
    list_display = ["group", "role", "department", "site"]
    list_filter = ["role"]
    list_select_related = ["department", "site"]
    search_fields = ["group"]
    autocomplete_fields = ["department"]
