from django.contrib import admin

from recycling.admin import Kept

from .models import Policy


@admin.register(Policy)
class PolicyAdmin(Kept):
    """One page with every number. Its history is in the audit log: who changed what, when, from what to what."""

    def has_add_permission(self, request):  # noqa: ARG002  (Django's signature)
        return False

    def has_delete_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False
