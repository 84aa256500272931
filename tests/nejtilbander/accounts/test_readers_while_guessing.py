"""The report guide is read while eight at a time guess passwords. A real server, as with SITE_ROLE=all."""

import re
import threading
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from urllib.error import HTTPError

import pytest

from tests.nejtilbander.accounts.driver import LOGIN
from tests.support.live_server import environment, seeded, serving
from tests.support.waiting import patience

READS = 100


class Guesser:
    """A browser that sends wrong passwords, each as from another network."""

    def __init__(self, site, number):
        self.site, self.number, self.statuses = site, number, []
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = self.opener.open(site + LOGIN, timeout=patience(10)).read().decode()
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    def guess(self):
        tried = len(self.statuses)
        sent = {"login": f"navn{self.number}-{tried}", "password": "forkert", "csrfmiddlewaretoken": self.token}
        request = urllib.request.Request(self.site + LOGIN, urllib.parse.urlencode(sent).encode())
        request.add_header("X-Forwarded-For", f"10.{self.number}.{tried % 250}.1")
        try:
            self.opener.open(request, timeout=patience(10)).close()
        except HTTPError as refused:
            with refused:
                self.statuses.append(refused.code)

    def guess_until(self, done):
        while not done.is_set():
            self.guess()


def seconds(act):
    began = time.monotonic()
    act()
    return time.monotonic() - began


@pytest.mark.process
def test_eight_who_guess_passwords_hold_up_no_reader_of_the_guide(tmp_path):
    seeded(tmp_path)
    done = threading.Event()
    with serving(environment(tmp_path, BEHIND_PROXY="true")) as site:

        def read():
            urllib.request.urlopen(f"{site}/hjaelp/", timeout=patience(10)).close()

        guessers = [Guesser(site, number) for number in range(8)]
        alone = min(seconds(guessers[0].guess) for _ in range(3))
        threads = [threading.Thread(target=guesser.guess_until, args=[done]) for guesser in guessers]
        for thread in threads:
            thread.start()
        try:
            waited = sorted(seconds(read) for _ in range(READS))
        finally:
            done.set()
            for thread in threads:
                thread.join()
    statuses = {status for guesser in guessers for status in guesser.statuses}
    assert statuses == {422, 503}, "some were hashed, the others told to come again"
    # In a queue behind eight, before two servers, each reader waited for four passwords or more.
    assert waited[int(READS * 0.95)] < alone, "nearly all readers wait for less than one password takes"
