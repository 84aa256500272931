"""Sign-ups day by day as a picture, and letters sent and failed: for those who may count, and rounded for others."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event, KeptCounts, Letter, Seats, Signup
from events.signups.day_figures import FEW, HEIGHT, MAX_DAYS, WIDTH, day_figure, few_words
from events.signups.staff_counts import UNCOUNTED, refresh_counts
from tests.events.staff_views.driver import a_full_picture, at, get, table_of, text_of
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def days_ago(number):
    return timezone.localdate() - timedelta(days=number)


def opened(days, **fields):
    return a_meeting(key=True, signup_opens_at=timezone.now() - timedelta(days=days), **fields)


def guests_on(event, day, number):
    for _ in range(number):
        guest = a_guest(event, f"gaest{Signup.objects.count()}@example.dk")
        Signup.objects.filter(pk=guest.pk).update(day=day)


def seen(event, *, is_exact=True):
    figure = day_figure(event, is_exact=is_exact)
    return [(bar.day, bar.words) for bar in figure.bars] if figure else None


def test_each_day_since_sign_up_opened_has_a_bar_and_few_are_not_told_apart():
    event = opened(4)
    for back, number in ((4, 5), (2, 1), (1, 2)):
        guests_on(event, days_ago(back), number)

    assert seen(event) == [
        (days_ago(back), words) for back, words in ((4, "5"), (3, "0"), (2, "1-2"), (1, "1-2"), (0, "0"))
    ]
    figure = day_figure(event, is_exact=True)
    assert figure.highest == "5"
    heights = [bar.height for bar in figure.bars]
    assert heights == [HEIGHT * 0.5, 0, HEIGHT * 0.2, HEIGHT * 0.2, 0], "one and two are as high"
    assert all(bar.y == HEIGHT - bar.height for bar in figure.bars)


def test_those_who_left_or_never_confirmed_in_time_count_no_more():
    event = opened(1)
    guests_on(event, days_ago(1), 4)
    for state in (Signup.State.LAPSED, Signup.State.CANCELLED):
        Signup.objects.filter(pk=a_signup(event).pk).update(state=state)

    assert seen(event) == [(days_ago(1), "4"), (days_ago(0), "0")]


def test_of_a_long_time_the_latest_days_are_shown_and_fit():
    event = opened(100)
    guests_on(event, days_ago(0), 3)

    figure = day_figure(event, is_exact=True)

    assert [figure.bars[0].day, figure.rows[0].day] == [days_ago(MAX_DAYS - 1), days_ago(0)]
    assert figure.width == WIDTH >= figure.bars[-1].x + figure.bars[-1].width


def test_the_days_end_with_the_meeting():
    event = a_meeting(days=-2, signup_opens_at=timezone.now() - timedelta(days=5))
    KeptCounts.objects.create(event=event, days={f"{days_ago(4)}": 20})

    assert [day for day, _ in seen(event, is_exact=False)] == [days_ago(5), days_ago(4), days_ago(3), days_ago(2)]


@pytest.mark.parametrize("opens", [None, 3], ids=["no day", "in three days"])
def test_before_sign_up_opens_there_is_no_picture(keeper, opens):
    event = a_meeting(key=True, signup_opens_at=opens and timezone.now() + timedelta(days=opens))
    refresh_counts()

    assert (seen(event), seen(event, is_exact=False)) == (None, None)
    assert 'class="days"' not in get(keeper, at(event, "tilmelding")).content.decode()


def test_others_see_the_rounded_number_of_seats_as_it_stood_each_day(time_machine):
    event = opened(0, capacity=200)
    assert seen(event, is_exact=False) is None, "never counted"
    today = timezone.localdate()
    for number, taken in enumerate((0, 40, 120)):
        time_machine.move_to(timezone.now() + timedelta(days=bool(number), minutes=1))
        Seats.objects.filter(event=event).update(taken=taken)
        assert refresh_counts()

    days = [today + timedelta(days=number) for number in range(3)]
    event = Event.objects.with_seats().get(pk=event.pk)
    assert seen(event, is_exact=False) == list(zip(days, ["under 10", "ca. 40", "ca. 120"], strict=True))
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert seen(event, is_exact=False)[-1][1] == UNCOUNTED
    assert KeptCounts.objects.get(event=event).days == dict(zip(map(str, days), [0, 40, 120], strict=True))


def test_no_sign_up_changes_the_picture_of_those_who_may_not_count(staff):
    event = opened(1)
    refresh_counts()
    before = seen(event, is_exact=False)

    guests_on(event, days_ago(0), 3)
    KeptCounts.objects.update(at=timezone.now() - timedelta(hours=1))
    refresh_counts()

    assert seen(event, is_exact=False) == before
    assert "Rundet af, som det stod ved slutningen af hver dag." in text_of(get(staff, at(event, "tilmelding")))


@pytest.mark.parametrize(("number", "words"), [(None, "0"), (0, "0"), (1, "1-2"), (FEW, "1-2"), (FEW + 1, "3")])
def test_few_in_words(number, words):
    assert few_words(number) == words


def test_the_picture_has_its_words_beside_it_and_nothing_that_the_policy_bars(keeper):
    event, *_people = a_full_picture()

    page = get(keeper, at(event, "tilmelding")).content.decode()

    (svg,) = re.findall(r"<svg width.*?</svg>", page, re.DOTALL)
    assert 'role="img"' in svg
    assert f"til {timezone.localdate():%d.%m.%Y}. Højest: 4. Tallene står i tabellen.</title>" in svg
    assert not re.search(r"style|<script|\son\w+=", svg)
    assert len(re.findall("<rect", svg)) == len(re.findall('class="days-number"', page)) == 2
    assert not re.search(r'(?:x|y|width|height)="\d+,', svg), "decimals are points"


def test_letters_are_counted_as_sent_waiting_and_failed_with_why(keeper, staff):
    event = a_meeting(key=True)
    for state, error in (
        ("sent", ""), ("failed", "SMTPRecipientsRefused 550"), ("failed", "SMTPRecipientsRefused 550"),
        ("waiting", "TimeoutError"),
    ):  # fmt: skip
        Letter.objects.create(kind="opened", event=event, language="da", state=state, error=error)
    about_one = "En modtagers mailserver siger nej (550): Adressen findes ikke, eller den er lukket for os."

    page = get(keeper, at(event, "tilmelding"))

    assert table_of(page).items() >= {"Sendt": "1", "Venter": "1", "Kunne ikke sendes": "2"}.items()
    assert about_one in text_of(page)
    assert "Mailserveren svarer ikke. Vi prøver selv igen." in text_of(page)
    others = text_of(get(staff, at(event, "tilmelding")))
    assert "Mailserveren svarer ikke. Vi prøver selv igen." in others
    assert about_one not in others, "it would tell that one of the receivers does not exist"


def test_a_list_that_was_opened_once_says_so(keeper):
    event = a_meeting(key=True)
    Seats.objects.filter(event=event).update(access_count=1)

    assert "Listen er åbnet 1 gang." in text_of(get(keeper, at(event, "tilmelding")))
