from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recycling.admin import Kept, LookOnly
from recycling.errors import Refused

from .domain import publishing
from .models import Category, ImpactFactor, Item, Shelf, Site, SiteStaff


@admin.register(Category)
class CategoryAdmin(Kept):
    list_display = [
        "name_fi",
        "name_sv",
        "name_en",
        "parent",
        "residents_allowed",
        "internal_first_days",
        "residents_days",
        "associations_days",
        "last_stage",
        "is_active",
    ]
    list_filter = ["is_active", "parent"]
    list_select_related = ["parent"]
    search_fields = ["key", "name_fi", "name_sv", "name_en"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Category.objects.filter(parent=None)  # two levels
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change:
            publishing.reindex(obj)

    def has_delete_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False  # taken out of use, so that what has it keeps its name


@admin.register(ImpactFactor)
class ImpactFactorAdmin(Kept):
    list_display = [
        "key",
        "valid_from",
        "co2e_low",
        "co2e_central",
        "co2e_high",
        "weight_kg",
        "confidence",
        "source",
    ]
    list_filter = ["confidence"]
    search_fields = ["key"]

    def has_delete_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False  # a newer figure gets its own day; hand-overs point to the one they used


class SiteStaffInline(admin.TabularInline):
    model = SiteStaff
    extra = 0
    raw_id_fields = ["user"]


@admin.register(Site)
class SiteAdmin(Kept):
    list_display = ["code", "name_fi", "kind", "timezone", "is_active"]
    inlines = [SiteStaffInline]

    def has_delete_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False


@admin.register(Shelf)
class ShelfAdmin(Kept):
    list_display = ["code", "site"]
    list_filter = ["site"]
    search_fields = ["code"]


@admin.register(Item)
class ItemAdmin(LookOnly):
    """To look at. What can be done here is done by the same verbs as everywhere."""

    list_display = ["shown_code", "category", "site", "quantity", "reserved", "status", "stage", "created_at"]
    list_filter = ["status", "stage", "site", "condition"]
    list_select_related = ["category", "site"]
    search_fields = ["code"]
    show_full_result_count = False
    actions = ["withdraw"]

    @admin.action(description=_("Withdraw from the catalogue"))
    def withdraw(self, request, queryset):
        for item in queryset.order_by("pk"):
            try:
                publishing.withdraw(item, by=request.user, at=timezone.now(), reason="admin")
            except Refused as refusal:
                messages.error(request, f"{item}: {refusal}")
