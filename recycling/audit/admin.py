from django.contrib import admin

from recycling.admin import LookOnly

from .models import AuditEntry, ViewEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnly):
    list_display = ["at", "actor", "origin", "action", "target_type", "target_id", "details"]
    list_filter = ["action", "origin", "target_type"]
    list_select_related = ["actor"]
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(ViewEntry)
class ViewEntryAdmin(LookOnly):
    list_display = ["at", "actor", "purpose", "target_type", "target_id"]
    list_filter = ["purpose"]
    list_select_related = ["actor"]
    date_hierarchy = "at"
    show_full_result_count = False
