"""The words of every message: to look at for whoever works here, to change for those who keep what the city shares."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recycling import clock
from recycling.accounts.rules import is_staff, manages
from recycling.errors import Refused
from recycling.notifications.domain import city_texts
from recycling.notifications.forms import WordsForm
from recycling.notifications.models import CityText, Part
from recycling.translated import reading_language

HISTORY = 30


def only_for(may):
    """For those of whom ``may(person)`` is true."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _known(kind, part=None, language=None):
    """A 404 for what no message consists of."""
    parts = city_texts.kinds().get(kind)
    if parts is None or (part is not None and part not in parts):
        raise Http404
    if language is not None and language not in city_texts.LANGUAGES:
        raise Http404
    return parts


@require_safe
@only_for(is_staff)
def overview(request):
    """Every message by its subject and its first sentence, as it is sent now."""
    language = reading_language()
    written = list(CityText.objects.exclude(words=""))
    words = {(row.kind, row.part): row.words for row in written if row.language == language}
    changed = {row.kind for row in written}
    filled = city_texts.values(language)

    def shown(kind, part):
        return city_texts.show(kind, part, language, words.get((kind, part), ""), filled=filled).text

    rows = [
        {
            "kind": kind,
            "title": shown(kind, Part.SUBJECT),
            # After the greeting: what tells apart those that share a subject.
            "beginning": shown(kind, Part.TEXT).split("\n\n")[1],
            "has_sms": Part.SMS in parts,
            "is_changed": kind in changed,
        }
        for kind, parts in city_texts.kinds().items()
    ]
    rows.sort(key=lambda row: (row["title"], row["kind"]))
    return render(request, "texts/overview.html", {"page": "texts", "rows": rows})


@require_safe
@only_for(is_staff)
def one(request, kind):
    """A message in three languages, with usual values and with the longest."""
    parts = _known(kind)
    written = {(row.part, row.language): row.words for row in CityText.objects.filter(kind=kind)}
    languages = [_in_language(kind, parts, language, written) for language in city_texts.LANGUAGES]
    mine = next(one for one in languages if one["code"] == reading_language())
    context = {
        "page": "texts",
        "kind": kind,
        "title": mine["parts"][0]["usual"].text,
        "languages": languages,
        "may_change": manages(request.user),
    }
    return render(request, "texts/one.html", context)


def _in_language(kind, parts, language, written):
    filled = {longest: city_texts.values(language, kind, longest=longest) for longest in (False, True)}
    return {
        "code": language,
        "name": _name_of(language),
        "parts": [
            {
                "part": part,
                "usual": city_texts.show(kind, part, language, words, filled=filled[False]),
                "longest": city_texts.show(kind, part, language, words, filled=filled[True]),
                "is_changed": bool(words),
            }
            for part in parts
            for words in [written.get((part, language), "")]
        ],
    }


# -- changing


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(manages)
def change(request, kind, part, language):
    """The words of one part in one language: look at them filled, keep them, try them, or go back to ours."""
    _known(kind, part, language)
    if request.method != "POST":
        return _editor(request, kind, part, language)
    form = WordsForm(request.POST)
    do = next((name for name in DO if name in request.POST), "keep")
    if not form.is_valid() and do != "original":
        return _editor(request, kind, part, language, form=form, status=422)
    try:
        return DO[do](request, kind, part, language, form)
    except Refused as refusal:
        return _editor(request, kind, part, language, form=form, refusal=refusal, status=refusal.status)


def _keep(request, kind, part, language, form):
    clean = form.cleaned_data
    city_texts.write(
        kind, part, language, clean["words"], seen=clean["seen"], by=request.user, at=timezone.now()
    )
    messages.success(request, _("Saved. From now on the message says this."))
    return redirect("texts:one", kind)


def _look(request, kind, part, language, form):
    return _editor(request, kind, part, language, form=form)


def _try(request, kind, part, language, form):
    city_texts.try_out(kind, part, language, form.cleaned_data["words"], by=request.user, at=timezone.now())
    messages.success(request, _("Sent to you, with the sample values. Nothing is saved yet."))
    return _editor(request, kind, part, language, form=form)


def _take_back(request, kind, part, language, form):
    seen = form.cleaned_data.get("seen") or 0
    city_texts.take_back(kind, part, language, seen=seen, by=request.user, at=timezone.now())
    messages.success(request, _("The message says what it said originally."))
    return redirect("texts:one", kind)


DO = {"look": _look, "try": _try, "original": _take_back, "keep": _keep}


@require_POST
@only_for(manages)
def preview(request, kind, part, language):
    """What the editor shows while somebody types."""
    _known(kind, part, language)
    form = WordsForm(request.POST)
    context = _preview(kind, part, language, form.cleaned_data["words"] if form.is_valid() else "")
    return render(request, "texts/_preview.html", context)


def _preview(kind, part, language, words):
    """The words filled twice, or why they are not taken."""
    refused = None
    try:
        kept = city_texts.check(kind, part, language, words)
    except Refused as refusal:
        refused, kept = refusal, ""
        # What is only too long is shown all the same: one sees by how much.
        if "size" in refusal.details:
            kept = words
    shown = [
        (
            longest,
            city_texts.show(
                kind, part, language, kept, filled=city_texts.values(language, kind, longest=longest)
            ),
        )
        for longest in (False, True)
    ]
    return {"refused": refused, "shown": shown if kept else [], "language": language}


def _editor(request, kind, part, language, *, form=None, refusal=None, status=200):
    text = city_texts.kept(kind, part, language)
    original = city_texts.original(kind, part, language)
    words = (form["words"].value() or "") if form else (text.words or original)
    context = {
        "page": "texts",
        "kind": kind,
        "part": Part(part),
        "language": language,
        "language_name": _name_of(language),
        "title": city_texts.title(kind, reading_language()),
        "form": form or WordsForm(initial={"words": words, "seen": text.version}),
        "refusal": refusal,
        "is_changed": bool(text.words),
        "original": original,
        "names": city_texts.named(kind, part, language),
        "history": list(_history(text, original)),
    }
    return render(
        request, "texts/change.html", context | _preview(kind, part, language, words), status=status
    )


def _history(text, original):
    for row in city_texts.history(text)[:HISTORY]:
        yield {
            "who": row.actor.first_name if row.actor else "",
            "when": clock.moment_text(row.at, settings.TIME_ZONE),
            "words": row.details["words"] or original,
            "is_original": not row.details["words"],
        }


def _name_of(language):
    """A language by its own name."""
    return get_language_info(language)["name_local"].capitalize()
