"""What was done, in words for the people who did it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from recycling import clock

from .models import AuditEntry

WORDS = {
    "item_logged": _("Logged"),
    "item_published": _("Published"),
    "item_withdrawn": _("Withdrawn"),
    "item_relisted": _("Lifted to the top of the catalogue"),
    "item_reopened": _("Back to draft"),
    "item_for_residents": _("Residents may have it too"),
    "item_for_associations": _("Associations may have as many as they need"),
    "item_leaving": _("Nobody took it: for auction or recycling"),
    "item_stage_prolonged": _("Stays as it is longer, working days: %(days)s"),
    "item_edited": _("Edited"),
    "item_counted": _("Counted: %(quantity)s"),
    "item_moved": _("Moved to %(shelf)s"),
    "item_set_aside": _("Set aside: %(pieces)s"),
    "item_put_back": _("Back on offer: %(pieces)s"),
    "item_split": _("Separated: %(pieces)s, now %(code)s"),
    "item_split_from": _("Separated from %(code)s: %(pieces)s"),
    "item_merged": _("Merged into %(code)s: %(pieces)s"),
    "item_merged_from": _("Merged from %(code)s: %(pieces)s"),
    "item_returned": _("Came back: %(pieces)s"),
    "item_written_off": _("Written off: %(pieces)s"),
    "item_write_off_asked": _("To be written off: %(pieces)s. Waits for the lead"),
    "item_write_off_rejected": _("Not written off: %(pieces)s"),
    "item_write_off_undone": _("Write-off undone: %(pieces)s"),
    "load_opened": _("Load opened"),
    "load_arrived": _("Arrived in the hall"),
    "load_closed": _("Load closed"),
    "load_reopened": _("Load opened again"),
    "shelf_added": _("Added"),
    "shelf_blocked": _("Put into quarantine"),
    "shelf_unblocked": _("Quarantine ended"),
    "item_promised_not_found": _("Promised, but not found in the stock-take: %(pieces)s"),
    "stocktake_settled": _("Seen to after the stock-take: %(pieces)s"),
    "stocktake_started": _("Stock-take started"),
    "stocktake_paused": _("Stock-take paused"),
    "stocktake_resumed": _("Stock-take resumed"),
    "stocktake_cancelled": _("Stock-take cancelled"),
    "stocktake_closed": _("Stock-take closed"),
    "stocktake_shelf_counted": _("Shelf counted: %(shelf)s"),
    "stocktake_shelf_reopened": _("Shelf not counted after all: %(shelf)s"),
    "stocktake_scan_undone": _("Scan undone: %(code)s"),
    "alias_attached": _("Code attached: %(code)s"),
    "alias_detached": _("Code detached: %(code)s"),
    "labels_printed": _("Blank labels printed: %(labels)s"),
    "photos_added": _("Photos added: %(photos)s"),
    "photos_reordered": _("Photos reordered"),
    "photo_removed": _("Photo removed"),
    "added": _("Added"),
    "edited": _("Edited"),
    "reservation_held": _("Held"),
    "reservation_kept_untold": _("Kept longer, as its person could not be told in time"),
    "reservation_booked": _("Booked"),
    "reservation_moved": _("Time changed"),
    "reservation_coming": _("Says that they come"),
    "reservation_ready": _("Ready for pickup"),
    "reservation_missed": _("Not collected"),
    "reservation_collected": _("Collected"),
    "reservation_returned": _("Came back: %(pieces)s"),
    "reservation_cancelled": _("Cancelled"),
    "reservation_expired": _("Expired"),
    "reservation_rejected": _("Not approved"),
    "reservation_awaiting_approval": _("Waiting for approval"),
    "request_waiting": _("Sent to be approved"),
    "request_accepted": _("Approved"),
    "request_lowered": _("Lowered: %(pieces)s of %(asked)s"),
    "request_returned": _("Returned to be changed"),
    "request_rejected": _("Not approved"),
    "request_expired": _("Expired: nobody approved it in time"),
    "request_reassigned": _("Another approver was asked"),
    "request_deputy_asked": _("The deputy was asked too"),
    "reservation_stop_moved": _("Turn in the van's round: %(stop)s"),
    "request_message_written": _("Message written"),
    "request_messages_read": _("Messages read"),
    "request_way_chosen": _("Pickup or delivery chosen"),
    "reservation_swapped": _("Swapped: %(code)s instead of %(instead)s, %(pieces)s"),
    "item_swapped": _("Swapped with %(code)s: %(pieces)s"),
    "sent_too_late": _("Done in the hall without a network, and sent too late"),
    "offer_extended": _("More time, until %(until)s"),
    "offer_opened": _("Open to residents"),
    "offer_ended": _("Given away no more"),
    "offer_fetched": _("To be fetched"),
    "reservation_times_proposed": _("Times proposed"),
    "reservation_times_declined": _("None of the times suits"),
    "site_times_kept": _("Collection times saved: %(windows)s"),
    "text_written": _("Text changed"),
    "text_taken_back": _("Back to the original text"),
    "message_sent_again": _("Message sent again"),
    "draw_marked": _("Lots decide who gets it"),
    "draw_unmarked": _("No draw after all"),
    "draw_held": _("Lots were drawn"),
    "contact_forgotten": _("Name and contact removed"),
    "miss_excused": _("Miss excused"),
}


def words_of(row) -> str:
    """What an audit row says, in the reader's language."""
    return str(WORDS.get(row.action, row.action)) % row.details


@dataclass(frozen=True)
class Step:
    words: str
    when: str
    who: str


def history_of(target, *, tz, most=30) -> list[Step]:
    """What was done to ``target``, newest first, in the reader's language and the site's time. One query."""
    rows = AuditEntry.objects.filter(target_type=target._meta.model_name, target_id=target.pk).select_related(
        "actor"
    )
    return [
        Step(
            words=words_of(row),
            when=clock.moment_text(row.at, tz),
            who=row.actor.first_name if row.actor else "",
        )
        for row in rows.order_by("-pk")[:most]
    ]
