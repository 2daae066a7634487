"""A refusal has a code for machines and a sentence for people."""

import pickle

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy, ngettext_lazy

from recycling.errors import Refused


class NotEnoughLeft(Refused):
    code = "not_enough_left"
    message = "Only %(left)s of %(wanted)s left."


def test_a_refusal_has_a_code_a_sentence_and_a_status():
    refusal = Refused()

    with translation.override("en"):
        assert (refusal.code, str(refusal), refusal.status) == ("refused", "This is not possible.", 409)
    assert refusal.details == {}


def test_the_sentence_is_filled_from_the_details():
    refusal = NotEnoughLeft(left=2, wanted=5)

    assert str(refusal) == "Only 2 of 5 left."
    assert refusal.details == {"left": 2, "wanted": 5}


def test_a_sentence_of_its_own_replaces_the_usual_one():
    refusal = NotEnoughLeft("Take %(left)s instead.", left=2)

    assert (refusal.code, str(refusal)) == ("not_enough_left", "Take 2 instead.")
    assert str(NotEnoughLeft(left=1, wanted=2)) == "Only 1 of 2 left."


def test_a_sentence_without_details_may_hold_a_percent_sign():
    assert str(Refused("100 % full.")) == "100 % full."


def test_the_sentence_is_put_together_in_the_language_of_its_reader():
    # Sentences of Django's own, because they are translated already.
    sentence = gettext_lazy("%(model_name)s with this %(field_label)s already exists.")
    refusal = Refused(sentence, model_name=gettext_lazy("Monday"), field_label="x")

    spoken = {}
    for language in ("en", "fi", "sv"):
        with translation.override(language):
            spoken[language] = str(refusal)
    assert spoken == {
        "en": "Monday with this x already exists.",
        "fi": "maanantai jolla on tämä x, on jo olemassa.",
        "sv": "måndag med detta x finns redan.",
    }


def test_a_plural_sentence_chooses_its_form_by_the_detail():
    sentence = ngettext_lazy("%(left)d piece left.", "%(left)d pieces left.", "left")

    with translation.override("en"):
        assert [str(Refused(sentence, left=left)) for left in (1, 2)] == ["1 piece left.", "2 pieces left."]


def test_a_detail_may_be_called_message():
    assert str(Refused("It said %(message)s.", message="no")) == "It said no."


def test_a_refusal_survives_the_way_between_two_processes():
    copy = pickle.loads(pickle.dumps(NotEnoughLeft(left=2, wanted=5)))  # noqa: S301  (written on this very line)

    assert (str(copy), copy.details) == ("Only 2 of 5 left.", {"left": 2, "wanted": 5})


def test_catching_the_family_catches_its_members():
    with pytest.raises(Refused) as caught:
        raise NotEnoughLeft(left=0, wanted=1)
    assert caught.value.code == "not_enough_left"
