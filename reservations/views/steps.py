"""The four pages of a booking as they look: time, contact, code, check. Each can carry a refusal and what was typed."""

from django.shortcuts import render
from django.urls import reverse

from recycling.accounts.domain import contacts
from recycling.notifications.domain import failing
from recycling.policy.models import Policy
from reservations.domain import booking as verbs
from reservations.forms import CodeForm, ContactForm

from .shown import hidden_contact, load_of, shown_lines, when
from .times import proposal_page, proposed_of, times_page


def _page(request, booking, step, context, *, refusal=None, status=200):
    context |= booking.on_page() | {
        "refusal": refusal,
        "step": step,
        "language_path": _language_path(request, booking, step),
    }
    return render(request, f"reservations/{step}.html", context, status=refusal.status if refusal else status)


def _language_path(request, booking, step):
    """Where the language links lead, also when the page answers a POST of another address."""
    path = reverse(f"reservations:{step}", args=[booking.bundle])
    return request.get_full_path() if request.path == path else path


def time_page(request, booking, *, refusal=None, form=None):
    """The times of the site whose time is missing, or of the one that ``?site=`` names; the form, where times are proposed."""
    reservation = site_asked(request, booking)
    context = times_page(request, reservation, at=booking.at) | proposal_page(
        reservation, form, at=booking.at
    )
    context["several"] = len(booking.reservations) > 1
    status = 422 if form and form.errors else 200
    return _page(request, booking, "time", context, refusal=refusal, status=status)


def site_asked(request, booking):
    """The reservation whose time is chosen on this page."""
    named = [one for one in booking.reservations if one.site.code == request.GET.get("site")]
    return named[0] if named else booking.missing_time() or booking.first


def contact_page(request, booking, *, form=None, refusal=None):
    """One name and one way to be reached."""
    known = known_contact(booking)
    form = form or ContactForm(initial=_typed_before(booking, known))
    context = {"form": form, "known": known, "contact_days": Policy.shown().contact_days}
    status = 422 if form.errors else 200
    return _page(request, booking, "contact", context, refusal=refusal, status=status)


def _typed_before(booking, known):
    """What this booking knows already; what came from the device's memory is not shown in full to whoever sits at it."""
    if booking.contact is None or known:
        return {"wants_reminder": True}
    first = booking.first
    return {"name": first.contact_name, "contact": first.contact, "wants_reminder": first.wants_reminder}


def known_contact(booking):
    """Who collects, from the memory of this device, abridged; or None."""
    if booking.contact is None:
        return None
    if not contacts.is_remembered(booking.device, booking.contact):
        return None
    return {"name": booking.first.first_name, "contact": hidden_contact(booking.contact)}


def code_page(request, booking, *, form=None, refusal=None, status=200):
    """The six digits that came to the contact."""
    address = booking.contact.address
    # Only what this booking's own browser typed or proved before is shown in full.
    known = known_contact(booking)
    context = {
        "form": form or CodeForm(),
        "sent_to": known["contact"] if known else address,
        "in_trouble": failing.in_trouble(address),
    }
    return _page(request, booking, "code", context, refusal=refusal, status=status)


def check_page(request, booking, *, refusal=None):
    """Everything once more, each with a way to change it; without the button where the person's limits stand against it."""
    by = request.user if request.user.is_authenticated else None
    foretold = None if refusal else verbs.why_not_confirmed(booking.reservations, by=by, at=booking.at)
    context = {
        "parts": [
            {
                "site": one.site,
                "lines": shown_lines(one.lines.all()),
                "when": when(one.slot, one.site) if one.slot else "",
                "proposed": proposed_of(one),
                "load": load_of(one.lines.all()),
            }
            for one in booking.reservations
        ],
        "several": len(booking.reservations) > 1,
        "name": booking.first.first_name,
        "contact": hidden_contact(booking.contact) if booking.contact else "",
        "wants_reminder": booking.first.wants_reminder,
        "rules": Policy.shown(),
        "foretold": foretold,
    }
    return _page(request, booking, "check", context, refusal=refusal)


PAGES = {"time": time_page, "contact": contact_page, "code": code_page, "check": check_page}
