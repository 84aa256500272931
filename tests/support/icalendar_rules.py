"""Strict rules for calendar files, read line by line, without a library that might forgive.

RFC 5545 (the format), 5546 (the methods), 7986 (UIDs), and what Microsoft publishes of Outlook's reader ([MS-OXCICAL]).
"""

import re
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

NAME = r"[A-Z0-9-]+"
PARAMETER = rf'{NAME}=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*)'
LINE = re.compile(rf"({NAME})((?:;{PARAMETER})*):(.*)", re.DOTALL)
LOCAL, UTC = re.compile(r"\d{8}T\d{6}"), re.compile(r"\d{8}T\d{6}Z")
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "STATUS", "SUMMARY", "SEQUENCE", "ORGANIZER", "LAST-MODIFIED"}
# RFC 5546, sections 3.2.1 and 3.2.5. Outlook reads at most 255 characters of a title.
DEMANDED = {
    "PUBLISH": {"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY"},
    "CANCEL": {"UID", "DTSTAMP", "ORGANIZER", "SEQUENCE", "STATUS"},
}
MAX_TITLE = 255
OUTLOOK_YEARS = range(1601, 4501)


def content_lines(file):
    """(name, parameters, value) of each line, unfolded. Raises AssertionError where it breaks RFC 5545, section 3.1."""
    text = file.decode("utf-8")
    assert not text.startswith("\ufeff"), "a byte order mark"
    assert text.endswith("\r\n"), "the last line does not end"
    assert text.count("\n") == text.count("\r") == text.count("\r\n"), "a line that does not end with CRLF"
    assert all(len(line) <= 75 for line in file.split(b"\r\n")), "a line of more than 75 octets"
    for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1]:
        found = LINE.fullmatch(line)
        assert found, f"no content line: {line!r}"
        parameters = dict(part.split("=", 1) for part in re.findall(PARAMETER, found[2]))
        yield found[1], parameters, found[3]


def components(file):
    """(name, lines) of each component in the order of its end, nested ones first; lines are those of itself alone."""
    open_ones, closed = [], []
    for name, parameters, value in content_lines(file):
        if name == "BEGIN":
            open_ones.append((value, []))
        elif name == "END":
            assert open_ones[-1][0] == value, f"END:{value} in {open_ones[-1][0]}"
            closed.append(open_ones.pop())
        else:
            open_ones[-1][1].append((name, parameters, value))
    assert not open_ones
    return closed


def check(file):
    """Raises AssertionError with what is wrong."""
    found = components(file)
    assert found[-1][0] == "VCALENDAR"
    head = {name: value for name, _, value in found[-1][1]}
    assert head["VERSION"] == "2.0"
    assert head["PRODID"]
    assert len(found) > 1, "no component (3.6)"
    zones = {value for kind, lines in found if kind == "VTIMEZONE" for name, _, value in lines if name == "TZID"}
    uids = [_check_entry(lines, head["METHOD"], zones) for kind, lines in found if kind == "VEVENT"]
    assert len(uids) == len(set(uids)), "the same UID twice"
    rules = {kind: {name: value for name, _, value in lines} for kind, lines in found}
    for year in range(1997, 2101):
        _check_zone(rules, year)


def _check_entry(lines, method, zones):
    names = [name for name, *_ in lines]
    assert set(names) >= DEMANDED[method]
    assert not [name for name in ONCE if names.count(name) > 1]
    values = {name: value for name, _, value in lines}
    parameters = {name: given for name, given, _ in lines}
    assert UUID(values["UID"])
    assert values["SEQUENCE"].isdecimal()
    assert UTC.fullmatch(values["DTSTAMP"])
    assert UTC.fullmatch(values["LAST-MODIFIED"])
    for name in ("DTSTART", "DTEND"):
        assert parameters[name]["TZID"] in zones, "a zone that is not told (3.2.19)"
        assert LOCAL.fullmatch(values[name])
        assert int(values[name][:4]) in OUTLOOK_YEARS
    assert values["DTEND"] > values["DTSTART"]
    assert values["STATUS"] in ({"CANCELLED"} if method == "CANCEL" else {"CONFIRMED", "CANCELLED"})
    assert 0 < len(values["SUMMARY"]) <= MAX_TITLE
    assert not re.search(r"(?<!\\)[,;]|\\[^\\,;nN]", values["SUMMARY"]), "not escaped (3.3.11)"
    assert values["ORGANIZER"].startswith("mailto:")
    return values["UID"]


def _check_zone(rules, year):
    """In `year` the rules of the file change at the moment the law says: at 01:00 UTC (directive 2000/84/EC)."""
    for kind, month in (("DAYLIGHT", 3), ("STANDARD", 10)):
        rule = rules[kind]
        assert set(rule["RRULE"].split(";")) == {"FREQ=YEARLY", f"BYMONTH={month}", "BYDAY=-1SU"}
        assert rule["DTSTART"][:6] == f"1996{month:02}"
        days = [datetime(year, month, day) for day in range(25, 32)]  # noqa: DTZ001 - as the rule is: local
        onset = next(day for day in reversed(days) if day.weekday() == 6)
        onset = onset.replace(hour=int(rule["DTSTART"][9:11]))
        before, after = (timedelta(hours=int(rule[name][1:3])) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        moment = (onset - before).replace(tzinfo=ZoneInfo("UTC"))
        local = moment.astimezone(ZoneInfo("Europe/Copenhagen"))
        assert (moment - timedelta(seconds=1)).astimezone(local.tzinfo).utcoffset() == before
        assert local.utcoffset() == after
