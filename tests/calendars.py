"""A strict reader of calendar files, after the grammar of RFC 5545 and the tables of RFC 5546: not what writes them."""

import re
from dataclasses import dataclass, field

# What each method asks of a VEVENT, and forbids it (RFC 5546, 3.2).
ALWAYS = {"UID", "DTSTAMP", "SEQUENCE", "ORGANIZER"}
NEEDED = {
    "PUBLISH": ALWAYS | {"DTSTART", "SUMMARY"},
    "REQUEST": ALWAYS | {"DTSTART", "SUMMARY", "ATTENDEE"},
    "CANCEL": ALWAYS,
}
FORBIDDEN = {"PUBLISH": {"ATTENDEE"}, "REQUEST": set(), "CANCEL": set()}
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "LOCATION", "URL", "ORGANIZER"}
STATUS = {"PUBLISH": {"CONFIRMED"}, "REQUEST": {"CONFIRMED"}, "CANCEL": {"CANCELLED"}}

_PARAMETER = r'[A-Z0-9-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*)(?:,(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*'
_LINE = re.compile(rf"^([A-Z0-9-]+)((?:;{_PARAMETER})*):([^\x00-\x08\x0a-\x1f]*)$")
_MOMENT = re.compile(r"^\d{8}T\d{6}Z?$")


@dataclass
class Component:
    name: str
    lines: list = field(default_factory=list)  # (name, parameters, value)
    parts: list = field(default_factory=list)

    def all(self, name):
        return [value for found, _parameters, value in self.lines if found == name]

    def one(self, name):
        (value,) = self.all(name)
        return value

    def parameters_of(self, name):
        (parameters,) = [parameters for found, parameters, _value in self.lines if found == name]
        return parameters

    def events(self):
        return [part for part in self.parts if part.name == "VEVENT"]


def read(file):
    """The calendar of ``file``; an AssertionError says what no calendar program has to accept."""
    assert file.endswith(b"\r\n"), "the last line ends too"
    folded = file.decode("utf-8").split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 for line in folded), "a line is longer than 75 octets"
    assert not any("\n" in line or "\r" in line for line in folded), "a line ends otherwise"
    lines = "\r\n".join(folded).replace("\r\n ", "").split("\r\n")
    stack = [Component("")]
    for line in lines:
        found = _LINE.match(line)
        assert found, f"no content line: {line}"
        name, parameters, value = found.groups()
        if name == "BEGIN":
            stack.append(Component(value))
        elif name == "END":
            done = stack.pop()
            assert done.name == value, f"{done.name} ends as {value}"
            stack[-1].parts.append(done)
        else:
            stack[-1].lines.append((name, parameters, value))
    (root,) = stack
    (calendar,) = root.parts
    _check(calendar)
    return calendar


def _check(calendar):
    assert (calendar.name, calendar.one("VERSION")) == ("VCALENDAR", "2.0")
    assert calendar.one("PRODID")
    zones = [part.one("TZID") for part in calendar.parts if part.name == "VTIMEZONE"]
    assert len(zones) == len(set(zones))
    # A calendar that is read again and again has no method: it is not sent to anybody.
    method = (calendar.all("METHOD") or [None])[0]
    for event in calendar.events():
        names = [name for name, _parameters, _value in event.lines]
        if method:
            assert NEEDED[method] <= set(names), NEEDED[method] - set(names)
            assert not FORBIDDEN[method] & set(names)
            assert event.one("STATUS") in STATUS[method]
        assert {name for name in ONCE if names.count(name) > 1} == set()
        for name, parameters, value in event.lines:
            if name in {"DTSTART", "DTEND", "DTSTAMP"} and "VALUE=DATE" not in parameters:
                assert _MOMENT.match(value), value
            if zone := re.search(r"TZID=([^;:]+)", parameters):
                assert zone[1] in zones, f"{zone[1]} has no rules"
        assert event.one("DTSTAMP").endswith("Z")
