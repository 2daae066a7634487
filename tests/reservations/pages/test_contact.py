"""Who collects, and the code that proves it."""

from datetime import timedelta

import pytest

from recycling.accounts.domain import contacts
from recycling.accounts.models import ContactCode
from tests.factories import (
    NOW,
    counters,
    first_slot,
)
from tests.reservations.visiting import Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db

# -- who collects


def test_saying_who_collects_sends_a_code_and_leads_to_it(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    answer = aino.say_who(name="Aino Asukas")
    assert answer["Location"] == f"/en/book/{aino.bundle}/code"
    reservation = aino.reservation()
    assert (reservation.contact_name, reservation.contact, reservation.language) == (
        "Aino Asukas", "aino@example.org", "en",
    )  # fmt: skip
    assert (reservation.wants_reminder, reservation.contact_proved_at) == (True, None)
    assert ContactCode.objects.get().contact == "aino@example.org"


def test_a_phone_number_is_a_contact_where_text_messages_are_offered(aino, chair, settings):
    aino.hold(chair)
    aino.choose(first_slot())
    assert "Phone number or e-mail" in text_of(aino.get("contact"))
    aino.say_who(contact="040 123 4567")
    assert aino.reservation().contact == "+358401234567"
    settings.SMS_CHANNEL = ""
    assert "Phone number" not in text_of(aino.get("contact"))
    answer = aino.say_who(contact="040 123 4567")
    assert (answer.status_code, refusal_in(answer)) == (
        422, "E-mail: Write an e-mail address, for example anna@example.com.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "contact", "sentences"),
    [
        (
            "",
            "",
            "Name: Write the name of whoever collects. Phone number or e-mail: Tell us where to send the code.",
        ),
        ("   ", "aino@example.org", "Name: Write the name of whoever collects."),
        ("A" * 300, "aino@example.org", "Name: Ensure this value has at most 100 characters (it has 300)."),
        (
            "Aino",
            "aino@",
            "Phone number or e-mail: Write a phone number, for example 040 123 4567, or an e-mail address.",
        ),
        (
            "Aino",
            "123",
            "Phone number or e-mail: Write a phone number, for example 040 123 4567, or an e-mail address.",
        ),
        (
            "Aino",
            "x" * 300,
            "Phone number or e-mail: Ensure this value has at most 254 characters (it has 300).",
        ),
        ("Ai\x00no", "aino@example.org", "Name: Null characters are not allowed."),
    ],
)
def test_a_contact_form_with_mistakes_keeps_what_was_typed_and_changes_nothing(
    aino, chair, name, contact, sentences
):
    aino.hold(chair)
    aino.choose(first_slot())
    answer = aino.say_who(name=name, contact=contact)
    assert (answer.status_code, refusal_in(answer)) == (422, sentences)
    assert b"<title>Error: Who collects?" in answer.content
    assert (aino.reservation().contact, ContactCode.objects.count()) == ("", 0)
    if contact:
        assert f'value="{contact}"' in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["🪑🙂", "محمد", "\u202eonia", "<script>alert(1)</script>", "Ä" * 100, "O'Neil & co"]
)
def test_names_of_every_kind_are_kept_and_shown_as_words(aino, chair, name):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who(name=name)
    aino.type_code()
    assert aino.reservation().contact_name == name
    page = aino.get("check")
    assert name.split(" ")[0] in text_of(page) or "<script>" in name
    assert b"<script>alert" not in page.content
    aino.confirm()
    assert aino.get("manage", aino.reservation().token).status_code == 200


def test_a_name_over_several_lines_becomes_one(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who(name="Aino \t  Asukas")
    assert aino.reservation().contact_name == "Aino Asukas"


def test_a_code_asked_for_too_often_is_refused_and_what_was_typed_stays(aino, chair, clock):
    aino.hold(chair)
    aino.choose(first_slot())
    for _number in range(5):
        aino.say_who(name="Aino")
        clock.shift(timedelta(seconds=31))
    answer = aino.say_who(name="Aino")
    assert (answer.status_code, refusal_in(answer)) == (
        429, "That was too many tries. Wait a while and try again.",
    )  # fmt: skip
    assert 'value="aino@example.org"' in answer.content.decode()


def test_going_back_and_pressing_continue_again_uses_the_code_of_a_moment_ago(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who()
    assert aino.say_who()["Location"] == f"/en/book/{aino.bundle}/code"
    assert ContactCode.objects.count() == 1


# -- the code


def _at_the_code(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who()


def test_the_code_page_is_made_for_a_phone(aino, chair):
    _at_the_code(aino, chair)
    page = aino.get("code").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert 'href="/demo/mailbox"' in page
    assert aino.code_sent() not in page


def test_the_right_code_leads_on_with_spaces_too(aino, chair):
    _at_the_code(aino, chair)
    code = aino.code_sent()
    answer = aino.type_code(f" {code[:3]} {code[3:]} ")
    assert answer["Location"] == f"/en/book/{aino.bundle}/check"
    assert aino.reservation().contact_proved_at == NOW


def test_a_wrong_code_is_kept_as_typed_and_five_of_them_end_it(aino, chair):
    _at_the_code(aino, chair)
    wrong = "000000" if aino.code_sent() != "000000" else "111111"
    answers = [aino.type_code(wrong) for _number in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert refusal_in(answers[0]) == "One-time code: That is not the code we sent. Check it and try again."
    assert f'value="{wrong}"' in answers[0].content.decode()
    assert refusal_in(answers[4]) == "One-time code: This code is no longer valid. Ask for a new one."
    assert aino.type_code().status_code == 422
    assert aino.reservation().contact_proved_at is None


@pytest.mark.parametrize("typed", ["", "   ", "x" * 300, "\x00"])
def test_what_cannot_be_a_code_costs_no_try(aino, chair, typed):
    _at_the_code(aino, chair)
    assert aino.post("code", code=typed).status_code == 422
    assert ContactCode.objects.get().tries == 0


def test_the_code_of_another_browser_does_not_open_this_one(aino, chair):
    _at_the_code(aino, chair)
    bea = Resident()
    bea.hold(chair)
    bea.choose(first_slot(skip=1))
    bea.say_who()
    assert bea.code_sent() != contacts.digits(ContactCode.objects.earliest("pk"))
    assert aino.type_code(bea.code_sent()).status_code == 422
    assert aino.reservation().contact_proved_at is None


def test_a_new_code_may_be_asked_for_after_half_a_minute_and_replaces_the_old(aino, chair, clock):
    _at_the_code(aino, chair)
    old = aino.code_sent()
    early = aino.post("resend")
    assert (early.status_code, refusal_in(early)) == (
        429, "We sent a code a moment ago. You can ask for a new one in half a minute.",
    )  # fmt: skip
    clock.shift(timedelta(seconds=30))
    answer = aino.post("resend")
    assert answer["Location"] == f"/en/book/{aino.bundle}/code"
    assert "We sent a new code. Use the newest one." in text_of(aino.get("code"))
    assert aino.type_code(old).status_code == 422
    assert aino.type_code().status_code == 302


def test_another_contact_keeps_the_hold_and_has_to_be_proved(aino, chair):
    _at_the_code(aino, chair)
    aino.type_code()
    assert aino.say_who(contact="other@example.org")["Location"] == f"/en/book/{aino.bundle}/code"
    assert aino.reservation().contact_proved_at is None
    assert aino.get("check")["Location"] == f"/en/book/{aino.bundle}/code"
    assert counters(chair) == (3, 1)


def test_the_steps_lead_to_what_is_missing(aino, chair):
    aino.hold(chair)
    start = f"/en/book/{aino.bundle}"
    assert aino.get("check")["Location"] == f"{start}/time"
    assert aino.get("code")["Location"] == f"{start}/time"
    aino.choose(first_slot())
    assert aino.get("code")["Location"] == f"{start}/contact"
    assert aino.post("resend")["Location"] == f"{start}/contact"
    assert aino.get("resume")["Location"] == f"{start}/contact"
