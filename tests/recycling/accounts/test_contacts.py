"""What counts as a contact, and where text messages go."""

import pytest

from recycling.accounts.domain.contacts import Contact, NoTextsThere, recognise


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("040 123 4567", "+358401234567"),
        ("+46 70 123 45 67", "+46701234567"),
        ("+372 5123 4567", "+37251234567"),
        ("02 330 000", "+3582330000"),  # a landline: whoever rings us may have no other
    ],
)
def test_a_number_of_the_countries_around_is_a_contact(typed, number):
    assert recognise(typed) == Contact("sms", number)


@pytest.mark.parametrize(
    "typed",
    [
        "+44 7400 123456",
        "+1 202 555 0123",
        "+881 612 345 678",  # by satellite
        "0600 12345",  # costs whoever calls it more
        "0700 12345",
    ],
)
def test_nobody_has_text_messages_sent_to_where_they_cost_the_city_more(typed):
    with pytest.raises(NoTextsThere):
        recognise(typed)


def test_the_city_says_whose_numbers_it_sends_to(settings):
    settings.SMS_COUNTRIES = {"GB"}
    assert recognise("+44 7400 123456").address == "+447400123456"
    with pytest.raises(NoTextsThere):
        recognise("040 123 4567")
