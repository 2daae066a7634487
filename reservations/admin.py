from datetime import timedelta

from django import forms
from django.contrib import admin
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recycling.accounts.admin import UserAdmin
from recycling.admin import Kept, LookOnly
from recycling.errors import Refused
from recycling.notifications.models import Notification

from .domain import ledger, slots
from .models import ClosedDay, Handover, HandoverLine, OpeningHours, PickupSlot, Reservation, ReservationLine


@admin.register(OpeningHours)
class OpeningHoursAdmin(Kept):
    """A change plans the coming times anew: empty ones follow it, booked ones stay. For deliveries it is the van's calendar."""

    fieldsets = [
        (
            None,
            {
                "fields": ["site", "fulfilment", "weekday", "opens", "closes", "slot_minutes", "capacity"],
                "description": _(
                    "For deliveries these are the hours of the site's van: a time is half a day (for example 240 minutes), and "
                    "the reservations at the same time are the stops that it makes in it."
                ),
            },
        ),
        (None, {"fields": ["valid_from", "valid_until"]}),
    ]

    list_display = [
        "site",
        "fulfilment",
        "weekday",
        "opens",
        "closes",
        "slot_minutes",
        "capacity",
        "valid_from",
        "valid_until",
    ]
    list_filter = ["fulfilment", "site", "weekday"]
    list_select_related = ["site"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        slots.plan(obj.site, at=timezone.now())

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        slots.plan(obj.site, at=timezone.now())


class ClosedDayForm(forms.ModelForm):
    class Meta:
        model = ClosedDay
        fields = ["site", "day", "reason_fi", "reason_sv", "reason_en"]

    def clean(self):
        """Ask the verb before saving: a day with bookings is refused with their codes, and nothing is kept."""
        super().clean()
        if self.errors or self.instance.pk:
            return
        try:
            with transaction.atomic():
                self.close(by=None, at=timezone.now())
                transaction.set_rollback(True)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None

    def close(self, *, by, at):
        reasons = {
            language: self.cleaned_data.get(f"reason_{language}", "") for language in ("fi", "sv", "en")
        }
        return slots.close_day(
            site=self.cleaned_data.get("site"), day=self.cleaned_data["day"], reasons=reasons, by=by, at=at
        )


@admin.register(ClosedDay)
class ClosedDayAdmin(admin.ModelAdmin):
    """Public holidays are here by themselves; deleting one opens the day."""

    form = ClosedDayForm
    list_display = ["day", "site", "reason_fi", "reason_sv", "reason_en"]
    list_filter = ["site"]
    date_hierarchy = "day"

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):  # noqa: ARG002  (Django's signature)
        obj.pk = form.close(by=request.user, at=timezone.now()).pk

    def delete_model(self, request, obj):
        slots.reopen_day(obj, by=request.user, at=timezone.now())

    def delete_queryset(self, request, queryset):
        for closed in queryset:
            self.delete_model(request, closed)


@admin.register(PickupSlot)
class PickupSlotAdmin(LookOnly):
    list_display = ["site", "fulfilment", "starts_at", "ends_at", "capacity", "booked"]
    list_filter = ["fulfilment", "site"]
    list_select_related = ["site"]
    date_hierarchy = "starts_at"


class ReservationLineInline(admin.TabularInline):
    model = ReservationLine
    fields = ["item", "pieces", "picked_at"]
    extra = 0
    can_delete = False

    def has_change_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False

    def has_add_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False


@admin.register(Reservation)
class ReservationAdmin(LookOnly):
    """Without names, contacts, codes or links: those are for the desk, where each look is logged."""

    list_display = ["code", "site", "status", "slot", "created_at", "closed_at"]
    list_filter = ["status", "site"]
    list_select_related = ["site", "slot"]
    search_fields = ["code"]
    fields = [
        *("code", "site", "slot", "places", "status", "held_until", "fulfilment", "language", "department"),
        *(
            "extensions",
            "changes",
            "created_at",
            "booked_at",
            "coming_at",
            "missed_at",
            "miss_excused",
            "closed_at",
            "cancel_reason",
        ),
    ]
    inlines = [ReservationLineInline]
    show_full_result_count = False


class HandoverLineInline(admin.TabularInline):
    model = HandoverLine
    extra = 0
    can_delete = False

    def has_change_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False

    def has_add_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False


@admin.register(Handover)
class HandoverAdmin(LookOnly):
    list_display = ["reservation", "at", "by"]
    list_select_related = ["reservation", "by"]
    date_hierarchy = "at"
    inlines = [HandoverLineInline]


class MessageInline(admin.TabularInline):
    """Every message to a person in a year, beside their row. Each look at that page is logged already."""

    model = Notification
    fields = ["said", "channel", "status", "send_after", "sent_at", "failed_at", "reason"]
    readonly_fields = ["said", "reason"]
    ordering = ["-pk"]
    extra = 0
    can_delete = False

    @admin.display(description=_("message"))
    def said(self, row):
        return ledger.KINDS.get(row.kind, row.kind)

    @admin.display(description=_("why not"))
    def reason(self, row):
        return ledger.reason_words(row.why_not)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(send_after__gt=timezone.now() - timedelta(days=365))

    def has_change_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False

    def has_add_permission(self, request, obj=None):  # noqa: ARG002  (Django's signature)
        return False


# Here and not beside the person: the words for what was said about reservations are ours.
UserAdmin.inlines = [*UserAdmin.inlines, MessageInline]
