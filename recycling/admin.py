"""How the admin treats rows that verbs own: to look at, not to touch."""

from django.contrib import admin
from django.utils import timezone

from recycling.audit.domain import record


class LookOnly(admin.ModelAdmin):
    """Rows that only verbs write."""

    def has_add_permission(self, request):  # noqa: ARG002  (Django's signature)
        return False

    def has_change_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False

    def has_delete_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False


class Kept(admin.ModelAdmin):
    """Vocabularies: edited with a trace in the audit log, never deleted while something points to them."""

    def save_model(self, request, obj, form, change):
        old = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        changes = {name: [str(old[name]), str(form.cleaned_data.get(name))] for name in form.changed_data}
        record(
            "edited" if change else "added",
            obj,
            by=request.user,
            at=timezone.now(),
            origin="admin",
            changes=changes,
        )

    def delete_model(self, request, obj):
        record("deleted", obj, by=request.user, at=timezone.now(), origin="admin")
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            self.delete_model(request, obj)
