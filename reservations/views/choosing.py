"""How messages about a reservation come: the person chooses it, and may add a second way to be reached."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from recycling.accounts import device
from recycling.accounts.domain import contacts
from recycling.errors import Refused
from recycling.notifications.domain import quiet
from reservations.domain import choosing, reaching
from reservations.forms import CodeForm
from reservations.message_forms import ChoiceForm, WayForm

from .shown import hidden_contact
from .visitor import private_page, require_page, reservation_of

ADD, PROVE = "add", "prove"


@private_page
@require_page
def messages_of(request, token):
    """What is chosen, and a form for each thing that can be: the choice, a second contact, its code."""
    at, reservation = timezone.now(), reservation_of(token)
    if not choosing.can_choose(reservation):
        return redirect(reservation)
    page = _Page(request, reservation, at=at)
    if request.method != "POST":
        return page.shown()
    if ADD in request.POST and page.missing:
        return page.send_code()
    if PROVE in request.POST and page.awaited:
        return page.prove()
    return page.choose()


class _Page:
    """One request: the forms as they are asked for, and what their buttons do."""

    def __init__(self, request, reservation, *, at):
        self.request, self.reservation, self.at = request, reservation, at
        self.device = device.key_of(request)
        self.ways = reaching.ways_to(reservation) if choosing.is_theirs(reservation, by=request.user) else {}
        self.missing = choosing.missing_way(reservation, device=self.device, at=at)
        self.awaited = contacts.awaited(self.device, self.missing, at=at) if self.missing else None

    def shown(self, *, form=None, way=None, code=None, refusal=None):
        quiet_from, quiet_until = quiet.hours_of(self.reservation.person)
        chosen = {
            "language": self.reservation.language,
            "channel": reaching.channel_of(self.reservation),
            "wants_reminder": self.reservation.wants_reminder,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
        }
        context = {
            "reservation": self.reservation,
            "choice": form or ChoiceForm(initial=chosen, ways=self.ways),
            # The form that something is wrong with, for the summary of errors.
            "form": form or way or code,
            "several": len(self.ways) > 1,
            "is_theirs": bool(self.ways),
            "way": way or (WayForm(channel=self.missing) if self.missing else None),
            "by_mail": self.missing == "email",
            "code": (code or CodeForm()) if self.awaited else None,
            "sent_to": hidden_contact(self.awaited) if self.awaited else "",
            "refusal": refusal,
        }
        wrong = context["form"] and context["form"].errors
        status = refusal.status if refusal else 422 if wrong else 200
        return render(self.request, "reservations/messages.html", context, status=status)

    def choose(self):
        form = ChoiceForm(self.request.POST, ways=self.ways)
        if not form.is_valid():
            return self.shown(form=form)
        if not self.ways and "quiet_from" in self.request.POST:
            return self.shown(form=form)  # their session is over: what they chose is not for the link alone
        chosen = form.cleaned_data
        try:
            choosing.choose(
                self.reservation,
                language=chosen["language"],
                wants_reminder=chosen["wants_reminder"],
                by=self.request.user,
                at=self.at,
                **_for_all(chosen),
            )
        except Refused as refusal:
            return self.shown(form=form, refusal=refusal)
        with translation.override(chosen["language"]):
            messages.success(self.request, _("Saved. Messages come as you chose."))
            return redirect(self.reservation)

    def send_code(self):
        way = WayForm(self.request.POST, channel=self.missing)
        if not way.is_valid():
            return self.shown(way=way)
        try:
            contacts.send_code(
                way.cleaned_data["contact"],
                device=self.device,
                network=device.network_of(self.request),
                language=self.reservation.language,
                at=self.at,
            )
        except Refused as refusal:
            return self.shown(way=way, refusal=refusal)
        return self._again()

    def prove(self):
        code = CodeForm(self.request.POST)
        if not code.is_valid():
            return self.shown(code=code)
        typed = code.cleaned_data["code"]
        try:
            choosing.add_way(self.reservation, self.awaited, typed, device=self.device, at=self.at)
        except Refused as refusal:
            return self.shown(refusal=refusal)
        messages.success(self.request, _("Added. We use it when a message does not arrive otherwise."))
        return self._again()

    def _again(self):
        return redirect("reservations:messages", self.reservation.token)


def _for_all(chosen):
    """What was chosen for all that the person books, where it could be."""
    if "channel" not in chosen:
        return {}
    return {"channel": chosen["channel"], "hours": (chosen["quiet_from"], chosen["quiet_until"])}
