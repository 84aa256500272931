"""How the supervisor stops what it has started."""

import signal
import subprocess
import sys

import pytest

from nejtilbander.server import gunicorn, supervisor

pytestmark = pytest.mark.process
SLEEPER = "import signal, time; {}; print('up', flush=True); time.sleep(600)"


def a_process(code):
    process = subprocess.Popen([sys.executable, "-c", SLEEPER.format(code)], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def test_a_process_that_does_not_stop_in_time_is_killed(monkeypatch):
    monkeypatch.setattr(supervisor, "STOP_TIMEOUT", 0.2)
    deaf, obedient = a_process("signal.signal(signal.SIGTERM, signal.SIG_IGN)"), a_process("pass")

    supervisor.stop_all([deaf, obedient])

    assert deaf.returncode == -signal.SIGKILL
    assert obedient.returncode in {-signal.SIGTERM, -signal.SIGKILL}
    for process in (deaf, obedient):
        process.stdout.close()


def test_the_web_server_has_time_to_answer_before_it_is_killed():
    assert gunicorn.graceful_timeout + 10 <= supervisor.STOP_TIMEOUT
