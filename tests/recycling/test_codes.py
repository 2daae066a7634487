"""Codes that people type: what is forgiven, what is caught."""

import random
from itertools import permutations

import pytest
from django.utils import translation

from recycling import codes
from recycling.codes import ALPHABET, BadCode, MistypedCode, UnreadableCode, UnreadablePickupCode
from recycling.errors import Refused

GOOD = "K7Q4M2" + codes.check_character("K7Q4M2")


def _passes(code):
    try:
        return codes.normalise(code) == code
    except MistypedCode:
        return False


def _some_codes(count):
    dice = random.Random(20260916)
    bodies = ("".join(dice.choices(ALPHABET, k=6)) for _each in range(count))
    return [body + codes.check_character(body) for body in bodies]


def test_the_alphabet_has_thirty_characters_and_none_that_look_alike():
    assert len(set(ALPHABET)) == len(ALPHABET) == 30
    assert set("01ILOU") & set(ALPHABET) == set()


def test_a_new_item_code_has_seven_characters_and_is_accepted_back():
    for _each in range(500):
        code = codes.new_item_code()
        assert (len(code), codes.normalise(code)) == (7, code)


def test_the_check_character_follows_luhn_in_base_thirty():
    # By hand, from the right and every other character doubled: 8 -> 6*2 = 12, 7 -> 5, ... 2 -> 0.
    assert codes.check_character("222222") == "2"
    assert codes.check_character("222228") == ALPHABET[30 - 12]
    assert codes.check_character("222278") == ALPHABET[30 - 12 - 5]
    # Z is worth 29, doubled 58 = 1 * 30 + 28, so 29 counts.
    assert codes.check_character("22222Z") == ALPHABET[1]


def test_new_codes_use_the_whole_alphabet_at_every_random_position():
    seen = [set() for _position in range(6)]
    for _each in range(2000):
        for position, character in zip(seen, codes.new_item_code(), strict=False):
            position.add(character)
    assert seen == [set(ALPHABET)] * 6


def test_the_check_character_catches_every_single_wrong_character():
    missed = tried = 0
    for code in _some_codes(100):
        for position in range(7):
            for wrong in set(ALPHABET) - {code[position]}:
                tried += 1
                missed += _passes(code[:position] + wrong + code[position + 1 :])
    assert (tried, missed) == (100 * 7 * 29, 0)


def test_only_the_first_and_last_character_of_the_alphabet_swap_unseen():
    """All pairs at all six places: 12 of 5,220 neighbour swaps (0.23 %) pass, each of them 2 with Z."""
    missed = []
    tried = 0
    for place in range(6):
        for pair in permutations(ALPHABET, 2):
            swapped = pair[::-1]
            code = _code_with(pair, place)
            tried += 1
            if _passes(code[:place] + "".join(swapped) + code[place + 2 :]):
                missed.append((place, *pair))
    assert tried == 6 * 30 * 29
    assert sorted(missed) == sorted((place, *pair) for place in range(6) for pair in [("2", "Z"), ("Z", "2")])


def _code_with(pair, place):
    """A code that is right and has ``pair`` at ``place``, the check character included."""
    for filler in ALPHABET:
        body = [filler] * 6
        body[place : place + 2] = pair
        if place < 5:
            return "".join(body[:6]) + codes.check_character("".join(body[:6]))
        body = [filler, *"22222"[:4], pair[0]]
        if codes.check_character("".join(body)) == pair[1]:
            return "".join(body) + pair[1]
    raise AssertionError(pair)


def test_a_code_is_shown_in_two_groups():
    assert codes.shown("K7Q4M2P") == "K7Q-4M2P"
    assert codes.shown_pickup("482915") == "482 915"
    assert codes.shown_pickup("000007") == "000 007"


@pytest.mark.parametrize(
    "typed",
    [
        "{0}",
        "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}{0[6]}",
        " {0[0]} {0[1]}{0[2]} - {0[3]}{0[4]}{0[5]}{0[6]}\n",
        "{0[0]}{0[1]}{0[2]}\N{EN DASH}{0[3]}{0[4]}{0[5]}{0[6]}",
        "{0[0]}{0[1]}{0[2]}\N{EM DASH}{0[3]}{0[4]}{0[5]}{0[6]}",
        "{0[0]}{0[1]}{0[2]}\N{NON-BREAKING HYPHEN}{0[3]}{0[4]}{0[5]}{0[6]}",
        "{0[0]}{0[1]}{0[2]}\N{MINUS SIGN}{0[3]}{0[4]}{0[5]}{0[6]}",
        "{0[0]}{0[1]}{0[2]}\N{SOFT HYPHEN}{0[3]}{0[4]}{0[5]}{0[6]}",
        "{0[0]}{0[1]}{0[2]}\N{NO-BREAK SPACE}{0[3]}{0[4]}{0[5]}{0[6]}\N{ZERO WIDTH SPACE}",
        "\N{RIGHT-TO-LEFT MARK}{0}\t",
    ],
)
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_case_spaces_and_dashes_are_forgiven(typed, case):
    assert codes.normalise(case(typed.format(GOOD))) == GOOD


def test_full_width_characters_of_a_phone_keyboard_are_read_as_plain_ones():
    wide = "".join(chr(ord(character) + 0xFEE0) for character in GOOD)
    assert codes.normalise(wide) == GOOD


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "K7Q4M2", GOOD + "2", "K7Q4M2O", "K7Q4M20", "K7Q4M2Ä", "<script>", "😀" * 7, "K" * 100_000],
)
def test_what_no_code_looks_like_is_unreadable(typed):
    with pytest.raises(UnreadableCode) as refusal:
        codes.normalise(typed)
    assert refusal.value.code == "code_unreadable"


def test_a_wrong_check_character_is_a_typing_mistake():
    wrong = next(character for character in ALPHABET if character != GOOD[-1])
    with pytest.raises(MistypedCode) as refusal:
        codes.normalise(GOOD[:-1] + wrong)
    assert refusal.value.code == "code_mistyped"


def test_junk_after_a_good_code_and_many_spaces_is_not_cut_away():
    with pytest.raises(UnreadableCode):
        codes.normalise(GOOD + " " * 60 + "JUNK")


def test_every_bad_code_is_a_refusal_with_a_sentence():
    with translation.override("en"):
        for kind in (UnreadableCode, MistypedCode, UnreadablePickupCode):
            assert issubclass(kind, BadCode)
            assert issubclass(kind, Refused)
            assert str(kind()).endswith(".")
        assert str(UnreadablePickupCode()) == "The pickup code has 6 digits, for example 482 915."


def test_the_example_in_the_sentence_is_a_code_that_would_be_accepted():
    with translation.override("en"):
        example = str(UnreadableCode()).partition("example ")[2][:8]
    assert codes.shown(codes.normalise(example)) == example


def test_a_token_has_the_wanted_length_and_only_our_characters():
    tokens = [codes.new_token() for _each in range(1000)]

    assert {len(token) for token in tokens} == {10}
    assert set("".join(tokens)) == set(ALPHABET)
    assert len(set(tokens)) == 1000
    assert len(codes.new_token(length=24)) == 24


def test_a_pickup_code_has_six_digits_and_may_begin_with_zero():
    drawn = [codes.new_pickup_code() for _each in range(2000)]

    assert {len(code) for code in drawn} == {6}
    assert set("".join(drawn)) == set("0123456789")
    assert {code[0] for code in drawn} == set("0123456789")


@pytest.mark.parametrize(
    "typed", ["482915", "482 915", " 482-915 ", "4 8 2 9 1 5", "482\N{NO-BREAK SPACE}915", "４８２９１５"]
)
def test_a_pickup_code_is_read_whatever_its_spaces(typed):
    assert codes.normalise_pickup(typed) == "482915"


@pytest.mark.parametrize(
    "typed", ["", "48291", "4829155", "48291a", "٤٨٢٩١٥", "48291²5", "+48291", "4" * 100_000]
)
def test_what_is_not_six_digits_is_no_pickup_code(typed):
    with pytest.raises(UnreadablePickupCode) as refusal:
        codes.normalise_pickup(typed)
    assert refusal.value.code == "pickup_code_unreadable"
