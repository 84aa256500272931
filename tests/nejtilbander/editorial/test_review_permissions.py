"""Every role tries every step of a review, of a text, a meeting and a notice: one table says who may."""

import pytest

from nejtilbander.reviews import rules
from tests.nejtilbander.editorial.test_review_page import states, step
from tests.nejtilbander.reviews.driver import a_user, publish, write
from tests.support.admin import a_login, admin_address, form_of
from tests.support.factories import a_meeting, a_notice, a_page

pytestmark = pytest.mark.django_db
MAY = """
                       Redaktør  Udgiver  Oversætter  Mødeleder  Listeansvarlig  Administrator  none
page: ask                 x         x         x           -            -               x         -
page: remark              x         x         x           -            -               x         -
page: approve             -         x         -           -            -               x         -
page: return              -         x         -           -            -               x         -
page: publish             -         x         -           -            -               x         -
page: seen                x         x         -           -            -               x         -
event: ask                x         x         x           x            -               x         -
event: remark             x         x         x           x            -               x         -
event: approve            -         x         -           x            -               x         -
event: return             -         x         -           x            -               x         -
event: publish            -         x         -           x            -               x         -
event: seen               x         x         -           x            -               x         -
notice: ask               -         x         x           -            -               x         -
notice: remark            -         x         x           -            -               x         -
notice: approve           -         x         -           -            -               x         -
notice: return            -         x         -           -            -               x         -
notice: publish           -         x         -           -            -               x         -
notice: seen              -         x         -           -            -               x         -
"""
MAKERS = {"page": a_page, "event": a_meeting, "notice": a_notice}
ROLES = {"Oversætter": "Oversætter (arabisk)"}
ENDS = {"ask": "waiting", "approve": "approved", "return": "returned", "publish": "approved", "seen": "seen"}


def table():
    head, *lines = MAY.strip("\n").splitlines()
    roles = head.split()
    may = {}
    for line in lines:
        what, *marks = line.replace(":", "").split()
        may |= {(role, what, marks[0]): mark == "x" for role, mark in zip(roles, marks[1:], strict=True)}
    return roles, may


def prepared(kind, act):
    """An object in the state in which the step is due: its writer waits for an answer, or has published it alone."""
    obj, writer = MAKERS[kind](act), a_user(f"skriver-{kind}-{act}", "Udgiver")
    number = write(obj, writer, "Nyt")
    if act == "seen":
        publish(obj, writer, until=obj.public_until)
    elif act in {"approve", "return", "publish"}:
        rules.ask(writer, obj, number)
    return obj


def has_taken(browser, obj, act):
    """Whether the step counted. A translator is on the page of the language that is theirs."""
    before = states(obj)
    if act == "publish":
        address = admin_address(obj, "udgiv")
        shown = browser.get(address)
        browser.post(address, form_of(shown.content.decode()) if shown.status_code == 200 else {})
    else:
        answer = step(browser, obj, act, language="ar" if browser.role == "Oversætter" else "", remark="Ja.")
        assert answer.status_code in {302, 403}
    if act == "remark":
        return answer.status_code == 302
    after = states(obj)
    assert (after == before) or after[-1][2] == ENDS[act]
    return after != before


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("role", table()[0])
def test_each_role_takes_the_steps_that_the_table_says_and_no_other(static_files, role, kind):
    browser, may = a_login("en", *([ROLES.get(role, role)] if role != "none" else [])), table()[1]
    browser.role = role
    wrong = []
    for act in ("ask", "remark", "approve", "return", "publish", "seen"):
        obj = prepared(kind, act)
        if has_taken(browser, obj, act) != may[role, kind, act]:
            wrong.append(act)
    assert wrong == []
