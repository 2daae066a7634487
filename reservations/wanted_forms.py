"""What a unit says about what it waits for, and about an offer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms import PiecesField, condition_choices, offer, one_of
from inventory.models import Category

from .models import WhyDeclined

# Wider than this is a building.
MOST_CM = 9999


def kinds():
    """Every category in use below the one that holds it, which may be chosen as well: any of its things will do."""
    children: dict[int, list[Category]] = {}
    for child in Category.objects.filter(is_active=True, parent__isnull=False):
        children.setdefault(child.parent_id or 0, []).append(child)
    return [
        (
            parent.name,
            [
                (parent.key, _("Any: %(category)s") % {"category": parent.name}),
                *((child.key, child.name) for child in children[parent.pk]),
            ],
        )
        if parent.pk in children
        else (parent.key, parent.name)
        for parent in Category.objects.filter(is_active=True, parent=None)
    ]


class KindField(forms.ChoiceField):
    """A category of either level; the clean value is the category."""

    def __init__(self, **options):
        super().__init__(choices=lambda: [("", "—"), *kinds()], **options)

    def clean(self, value):
        key = super().clean(value)
        return Category.objects.select_related("parent").get(key=key) if key else None


def centimetres(label):
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=MOST_CM,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
    )


class WantedForm(forms.Form):
    category = KindField(label=_("What you need"), error_messages={"required": _("Choose what you need.")})
    pieces = PiecesField(
        label=_("How many pieces"), error_messages={"required": _("Write how many pieces you need.")}
    )
    at_least = PiecesField(
        label=_("Tell us only when there are at least"),
        required=False,
        help_text=_("Empty: a part of them will do."),
    )
    needed_by = forms.DateField(
        label=_("Needed by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Who needs them first is asked first."),
        error_messages={
            "required": _("Choose the day by which you need them."),
            "invalid": _("Write the day like this: 2026-12-31."),
        },
    )
    condition = forms.ChoiceField(
        label=_("Condition at least"),
        choices=condition_choices,
        initial="worn",
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("Choose the condition.")},
    )
    width_cm = centimetres(_("At most wide, cm"))
    depth_cm = centimetres(_("At most deep, cm"))
    height_cm = centimetres(_("At most high, cm"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args, units, **kwargs):
        """``units`` are those for which the person asks; with one there is nothing to choose."""
        super().__init__(*args, **kwargs)
        self.fields["unit"] = one_of(units, label=_("For which unit"))
        self.order_fields(["unit"])

    def clean(self):
        super().clean()
        self.cleaned_data["at_least"] = self.cleaned_data.get("at_least") or 1
        return self.cleaned_data


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why not?"),
        widget=forms.RadioSelect,
        help_text=_("The next unit that waits is offered them at once."),
        error_messages={"required": _("Choose why.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["reason"], [(one.value, str(one.label).capitalize()) for one in WhyDeclined])
