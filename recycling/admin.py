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

    def changes_of(self, form):
        """What the log keeps of an edit: each field with its old and new value. Where those are somebody's data, only names."""
        return {
            name: [str(form.initial.get(name)), str(form.cleaned_data.get(name))]
            for name in form.changed_data
        }

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        record(
            "edited" if change else "added",
            obj,
            by=request.user,
            at=timezone.now(),
            origin="admin",
            changes=self.changes_of(form),
        )

    def save_formset(self, request, form, formset, change):
        """Who works where and belongs to which unit is a right: giving and taking it leaves a trace too."""
        super().save_formset(request, form, formset, change)
        told = {"given": formset.new_objects, "taken": formset.deleted_objects}
        told["edited"] = [row for row, _fields in formset.changed_objects]
        for what, rows in told.items():
            for row in rows:
                # By number: of a row that is gone, what it joined is still known.
                joined = {
                    field.name: getattr(row, field.attname) for field in row._meta.fields if field.is_relation
                }
                details = joined | ({"role": row.role} if hasattr(row, "role") else {})
                record(
                    f"{row._meta.model_name}_{what}",
                    form.instance,
                    by=request.user,
                    at=timezone.now(),
                    origin="admin",
                    **details,
                )

    # The audit log is the one history; Django's own would keep people's names beyond their forgetting.
    def log_addition(self, request, obj, message):  # noqa: ARG002  (Django's signature)
        return None

    def log_change(self, request, obj, message):  # noqa: ARG002  (Django's signature)
        return None

    def log_deletions(self, request, queryset):  # noqa: ARG002  (Django's signature)
        return None

    def delete_model(self, request, obj):
        record("deleted", obj, by=request.user, at=timezone.now(), origin="admin")
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            self.delete_model(request, obj)
