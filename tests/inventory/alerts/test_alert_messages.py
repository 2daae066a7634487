"""What the messages of search alerts say, to whom, and how a mail program ends them."""

import re

import pytest

from inventory.domain import alert_news, alerts, publishing
from inventory.domain.asked import Asked
from recycling.notifications.models import DemoMessage
from tests.factories import NOW, later, make_item, make_member, make_worker
from tests.inventory.browsing import make_many

from .alerting import ask, make_alert, make_alerts, messages_of, send

pytestmark = pytest.mark.django_db


def told(sink):
    """The mail that was sent last: its subject, its plain text, itself."""
    mail = sink.messages[-1]
    return mail["Subject"], mail.get_body(("plain",)).get_content().replace("\r\n", "\n"), mail


def tell(at=NOW):
    alert_news.match_new(at=at)
    alert_news.tell(at=at)
    return send(at=at)


def test_the_link_that_confirms_comes_with_nothing_that_was_typed(smtp_sink):
    alert = ask(q="buy pills at pills.example", category="sofa")
    assert send() == {"sent": 1}
    subject, text, mail = told(smtp_sink)
    assert (subject, mail["To"]) == ("Confirm your search alert", "aino@example.org")
    assert f"/en/alerts/{alert.token}/confirm" in text
    assert "If you did not ask for this, you do not need to do anything." in text
    assert "pills" not in str(mail)
    # There is nothing yet to unsubscribe from.
    assert "List-Unsubscribe" not in mail


def test_what_has_come_is_told_with_its_links(smtp_sink):
    alert = make_alert(category="office_chair", width=70)
    item = make_item(width_cm=60)
    make_item(width_cm=80)
    assert tell() == {"sent": 1}
    subject, text, _mail = told(smtp_sink)
    assert subject == "Search alert: 1 new, Office chair, At most 70 cm wide"
    assert f"Office chair, black ({item.shown_code}), Warehouse 1" in text
    assert "/en/items?category=office_chair&width=70\n" in text
    assert "The alert ends on Sun 16 May." in text
    for act in ("extend", "delete"):
        assert f"/en/alerts/{alert.token}/{act}\n" in text


def test_a_mail_program_can_unsubscribe_by_one_click(smtp_sink, client, settings):
    alert = make_alert()
    make_item()
    tell()
    mail = told(smtp_sink)[2]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch("<(.+)>", mail["List-Unsubscribe"])[1]
    assert address == f"{settings.SITE_URL}/a/{alert.token}"
    client.post(address.removeprefix(settings.SITE_URL), {"List-Unsubscribe": "One-Click"})
    assert not type(alert).objects.exists()


def test_a_message_names_ten_and_counts_the_rest(smtp_sink):
    make_alert()
    make_many(13)
    tell()
    subject, text, _mail = told(smtp_sink)
    assert subject == "Search alert: 13 new, All items"
    assert len(re.findall(r"\(\w{3}-\w{4}\), Warehouse 1", text)) == 10
    assert "And 3 more." in text


def test_past_what_it_counts_it_says_so(smtp_sink, monkeypatch):
    monkeypatch.setattr(alert_news, "MOST_HITS", 12)
    make_alert()
    make_many(20)
    tell()
    subject, text, _mail = told(smtp_sink)
    assert subject == "Search alert: 12 new, All items"
    assert "And many more." in text


def test_what_is_gone_by_then_is_not_told(smtp_sink):
    alert, item = make_alert(), make_item()
    alert_news.match_new(at=NOW)
    alert_news.tell(at=NOW)
    publishing.withdraw(item, by=make_worker(item.site), at=NOW)
    assert send() == {"skipped": 1}
    assert messages_of(alert)[0].why_not == "gone"
    assert smtp_sink.messages == []


def test_whoever_left_the_city_is_not_told_of_what_units_alone_see(smtp_sink):
    member = make_member()
    make_alert(member.email, by=member)
    make_item(units_first=True)
    alert_news.match_new(at=NOW)
    alert_news.tell(at=NOW)
    member.memberships.all().delete()
    assert send() == {"skipped": 1}


@pytest.mark.parametrize("kind", [alerts.CONFIRM, alerts.HITS])
def test_an_alert_that_was_removed_says_nothing_more(smtp_sink, kind):
    alert = ask()
    if kind == alerts.HITS:
        alerts.confirm(alert, at=NOW)
        make_item()
        alert_news.match_new(at=NOW)
        alert_news.tell(at=NOW)
    alerts.remove(alert)
    assert send() == {}
    assert messages_of(alert, kind)[0].why_not == "alert_removed"


def test_a_message_on_its_way_while_the_alert_is_removed_is_skipped(smtp_sink):
    alert = make_alert()
    make_item()
    alert_news.match_new(at=NOW)
    alert_news.tell(at=NOW)
    type(alert).objects.all().delete()
    assert send() == {"skipped": 1}


def test_a_link_that_was_opened_is_not_sent_any_more(smtp_sink):
    alert = ask()
    alerts.confirm(alert, at=NOW)
    assert send() == {"skipped": 1}
    assert messages_of(alert, alerts.CONFIRM)[0].why_not == "alert_confirmed"


def test_before_its_end_it_asks_once(smtp_sink):
    alert = make_alert(category="sofa")
    notice = messages_of(alert, alerts.ENDING)[0].send_after
    send(at=later(minutes=1))
    assert send(at=notice) == {"sent": 1}
    subject, text, mail = told(smtp_sink)
    assert subject == "Your search alert ends on Sun 16 May"
    assert f"/en/alerts/{alert.token}/extend\n" in text
    assert "Search: Sofa" in text
    assert mail["List-Unsubscribe-Post"]


def test_a_message_is_in_the_language_that_was_asked_in(smtp_sink):
    alert = make_alert(language="sv", category="sofa")
    make_item(category="sofa")
    tell()
    assert f"/sv/alerts/{alert.token}/delete\n" in told(smtp_sink)[1]


def test_a_text_message_has_one_link_to_everything(settings):
    settings.SMS_CHANNEL = "mailbox"
    settings.DEMO = True
    alert = make_alert("040 123 4567")
    make_item()
    tell()
    text = DemoMessage.objects.get(channel="sms", text__contains="new").text
    address = settings.SITE_URL.partition("://")[2]
    assert text == f"Search alert: 1 new, All items. View, extend or delete: {address}/a/{alert.token}"


def test_each_alert_is_told_its_own(smtp_sink):
    make_alerts([Asked(colour=("black",)), Asked(colour=("oak",)), Asked()])
    make_item(colour="black")
    assert tell() == {"sent": 2}
    assert sorted(mail["To"] for mail in smtp_sink.messages) == ["p0@example.org", "p2@example.org"]
