"""A wrong setting stops the start with one clear sentence, exit code 1, and no secret in it."""

import os
import subprocess
import sys

import pytest

from nejtilbander.environment import networks, use_local_site
from tests.support.settings_check import GOOD, ROOT, start
from tests.support.waiting import patience

CHECKS = {"SIGNING_KEY": "", "VERIFY_KEY": "0" * 63 + "1"}  # as of a part that does not sign


@pytest.mark.process
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set. See .env.example for what it should hold."),
        ({"SECRET_KEY": "tooshort-hunter2"}, "SECRET_KEY must be at least 32 characters long."),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set. See .env.example for what it should hold."),
        ({"DATABASE_URL": "mysql://a@b/c"}, "DATABASE_URL must name SQLite or PostgreSQL."),
        (
            {"DATABASE_URL": "over there"},
            (
                "DATABASE_URL is not a database address. "
                "Write sqlite:////path/site.sqlite3 or postgres://user:password@host/name."
            ),
        ),
        (
            {"STAFF_NETWORK": "allow 10.0.0.0/8; allow kommunen;"},
            "STAFF_NETWORK must be networks such as: allow 10.0.0.0/8; allow 192.0.2.0/24;",
        ),
        (
            {"STAFF_NETWORK": "allow 10.0.0.0/8; allow 172.16.0.0/12;"},
            ("STAFF_NETWORK may not hold 172.31.250.0/23: a visitor whom Docker lets in over IPv6 comes from there."),
        ),
        ({"HTTPS": "perhaps"}, "HTTPS must be true or false, not 'perhaps'."),
        (
            {"QUIT_URL": "dmi.dk"},
            "QUIT_URL must be a whole web address such as https://example.dk/, not 'dmi.dk'.",
        ),
        (
            {"QUIT_URL": "https://[x"},
            "QUIT_URL must be a whole web address such as https://example.dk/, not 'https://[x'.",
        ),
        (
            {"SECRET_KEY": "# at least 50 random letters and digits"},
            "SECRET_KEY holds a comment or a sentence. Make a random one: see .env.example.",
        ),
        (
            {"ALLOWED_HOSTS": "https://example.dk"},
            "ALLOWED_HOSTS must be host names such as example.dk www.example.dk, not 'https://example.dk'.",
        ),
        (
            {"DATABASE_URL": "sqlite:////no/such/place/x.sqlite3"},
            "DATABASE_URL names a file in /no/such/place, and there is no such folder.",
        ),
        ({"ALARM_TO": "vagt@æ..dk"}, "ALARM_TO holds 'vagt@æ..dk', and there can be no such domain."),
        ({"LOG_LEVEL": "INFO DEBUG"}, "LOG_LEVEL must hold one of CRITICAL, DEBUG, ERROR, INFO, WARNING."),
        ({"LOG_LEVEL": ","}, "LOG_LEVEL must hold one of CRITICAL, DEBUG, ERROR, INFO, WARNING."),
        ({"CATALOGUES_READ": "en de"}, "CATALOGUES_READ may hold ar, da, en, fa, so, tr, not de."),
        (
            {"ALARM_TO": None},
            "ALARM_TO is empty: somebody must be told when a list is opened. See .env.example.",
        ),
        (
            {"ALARM_TO": "vagt@example.dk vagten"},
            "ALARM_TO must be mail addresses such as vagt@example.dk, not 'vagten'.",
        ),
        ({"STAFF_SECOND_FACTOR": "no"}, "STAFF_SECOND_FACTOR may hold optional, required, not no."),
        (
            {"OIDC_SERVER_URL": "https://login.example.dk"},
            "OIDC_CLIENT_ID is not set. See .env.example for what it should hold.",
        ),
        (
            {"OIDC_GROUPS": "web-editors"},
            "OIDC_GROUPS must be groups and roles such as: web-editors=Redaktør, web-leaders=Mødeleder.",
        ),
        (
            {"OIDC_GROUPS": "keepers=Listeansvarlig"},
            "OIDC_GROUPS may not give the role Listeansvarlig: that is given by two people, to one person.",
        ),
        (
            {"OIDC_GROUPS": "web-editors=Redaktør, web-admins=Administrator"},
            "OIDC_GROUPS may not give the role Administrator: that is given by two people, to one person.",
        ),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL may hold CRITICAL, DEBUG, ERROR, INFO, WARNING, not LOUD."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_value_is_one_sentence_and_exit_1(wrong, sentence):
    environment = {name: value for name, value in (GOOD | wrong).items() if value is not None}

    ended = start(environment)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"Configuration error: {sentence}\n"
    assert "hunter2" not in ended.stderr


@pytest.mark.process
@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"SITE_ROLE": "staff"}, 1), ({"SITE_ROLE": "worker", **CHECKS}, 1),
        ({"HTTPS": "false"}, 0), ({"DEBUG": "true"}, 0),
        ({"SITE_ROLE": "public", "KEYRING_SECRET": "", "INDEX_KEY": "", "KEYRING_DIR": "/nowhere", **CHECKS}, 0),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)  # fmt: skip
def test_nobody_to_tell_stops_every_part_in_production_but_the_public_one(own, code):
    assert start(GOOD | {"ALARM_TO": ""} | own).returncode == code


@pytest.mark.process
def test_a_secret_may_lie_in_a_file_that_is_named(tmp_path):
    """Whatever setting it is: so that none stands in an environment, which a process tells its children."""
    for name in ("SECRET_KEY", "KEYRING_SECRET", "DATABASE_PASSWORD", "EMAIL_URL"):
        (tmp_path / name).write_text(f"smtp://{name}-in-a-file-{'x' * 20}:1@mail.example.dk\n")
    files = {f"{file.name}_FILE": str(file) for file in tmp_path.iterdir()}
    own = {name: value for name, value in GOOD.items() if name not in {"SECRET_KEY", "KEYRING_SECRET"}}
    own |= {"DATABASE_URL": "postgres://site@database.example.dk/site"}
    code = (
        "from django.conf import settings as s; print(s.SECRET_KEY, s.DATABASES['default']['PASSWORD'], s.EMAIL_HOST)"
    )

    shown = start(own | files, "shell", "-v", "0", "-c", code)

    secret, password, host = shown.stdout.split()
    assert ("SECRET_KEY-in-a-file" in secret, "DATABASE_PASSWORD-in-a-file" in password) == (True, True)
    assert host == "mail.example.dk"


@pytest.mark.process
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SECRET_KEY_FILE": "/there/is/no/such"}, "SECRET_KEY and SECRET_KEY_FILE are both set. Take one away."),
        (
            {"SECRET_KEY": "", "SECRET_KEY_FILE": "/there/is/no/such"},
            "SECRET_KEY_FILE names /there/is/no/such, which cannot be read.",
        ),
        (
            {"SITE_ROLE": "public", "KEYRING_SECRET": "", "KEYRING_SECRET_FILE": "/dev/null", "INDEX_KEY": "i"},
            "SITE_ROLE is public, but this process could recognise addresses. Take INDEX_KEY away.",
        ),
        ({"DATABASE_PASSWORD_PUBLIC": "hunter2"}, "DATABASE_PASSWORD_PUBLIC must be at least 20 characters long."),
    ],
    ids=["both", "no file", "public", "short"],
)
def test_a_file_that_is_wrong_is_one_sentence(wrong, sentence):
    ended = start(GOOD | {"KEYRING_DIR": "/nowhere"} | wrong)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"Configuration error: {sentence}\n")


@pytest.mark.process
def test_what_prepares_the_database_needs_no_key_to_the_list():
    own = {name: value for name, value in GOOD.items() if name not in {"INDEX_KEY", "KEYRING_SECRET", "SIGNING_KEY"}}
    assert start(own | {"SITE_ROLE": "prepare"}).returncode == 0


@pytest.mark.process
def test_gunicorn_stops_at_once_too_instead_of_restarting_for_ever():
    ended = subprocess.run(
        [sys.executable, "-m", "gunicorn", "nejtilbander.wsgi", "-c", "python:nejtilbander.server.gunicorn"],
        cwd=ROOT, env=GOOD | {"SECRET_KEY": "short"}, capture_output=True, text=True, timeout=patience(3),
        check=False,
    )  # fmt: skip

    assert ended.returncode == 1
    assert "SECRET_KEY must be at least 32 characters long." in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.process
def test_going_live_without_the_accessibility_statement_is_warned_of():
    missing = start(GOOD, "check", "--deploy", "--fail-level", "WARNING")
    assert "nejtilbander.W001" in missing.stderr


@pytest.mark.process
def test_an_empty_value_means_the_default_and_https_is_the_default():
    shown = start(
        GOOD | {"HTTPS": "", "QUIT_URL": "", "SECURITY_CONTACT": "mailto:it@example.dk"},
        "shell", "-v", "0", "-c",
        "from django.conf import settings as s; print(s.SECURE_SSL_REDIRECT, s.QUIT_URL, s.SECURITY_CONTACT)",
    )  # fmt: skip
    assert shown.stdout == "True https://www.dmi.dk/ mailto:it@example.dk\n"


def test_only_the_settings_read_the_environment():
    readers = [
        path.name
        for app in ("nejtilbander", "pages", "events")
        for path in (ROOT / app).rglob("*.py")
        if "os.environ[" in path.read_text() or "os.environ.get" in path.read_text() or "os.getenv" in path.read_text()
    ]
    assert readers == ["environment.py"]


def test_every_setting_an_operator_may_change_stands_in_the_example():
    settings = (ROOT / "nejtilbander" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()

    named = {part.split('"')[1] for part in settings.split("env.")[1:] if '("' in part.split("\n")[0]}
    assert named
    assert all(f"\n{name}=" in example or f"\n# {name}=" in example for name in named), named
    values = [line.partition("=")[2] for line in example.splitlines() if line and not line.startswith("#")]
    assert set(values) == {""}, "some readers of .env take a comment after = for the value"


def test_networks_are_read_as_nginx_is_told_of_them(monkeypatch):
    monkeypatch.setenv("STAFF_NETWORK", "allow 10.0.0.0/8; allow 2001:db8::/32; 192.0.2.7")
    assert [str(one) for one in networks("STAFF_NETWORK")] == ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32"]
    monkeypatch.setenv("STAFF_NETWORK", "allow kommunen;")
    with pytest.raises(SystemExit, match="must be networks"):
        networks("STAFF_NETWORK")
    monkeypatch.setenv("STAFF_NETWORK", "allow 0.0.0.0/0;")
    with pytest.raises(SystemExit, match="may not hold"):
        networks("STAFF_NETWORK")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"INDEX_KEY": "given"})
    (tmp_path / "var").mkdir()
    (tmp_path / "var/site.env").write_text(
        "DATABASE_URL=sqlite:///x\nDATA_DIR=/moved\nINDEX_KEY_FILE=/x\nHTTPS=false\n"
    )
    return tmp_path


def test_a_command_in_a_checkout_works_on_the_site_that_was_served_there(checkout, capsys):
    os.environ["HTTPS"] = "true"
    use_local_site(checkout)
    assert [os.environ.get(name) for name in ("DATABASE_URL", "HTTPS", "INDEX_KEY", "INDEX_KEY_FILE")] == [
        "sqlite:///x", "true", "given", None,
    ]  # fmt: skip
    assert os.environ["DATA_DIR"] == str(checkout / "var")
    assert str(checkout / "var") in capsys.readouterr().err


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL"])
def test_where_the_environment_names_a_site_the_local_one_is_left_alone(checkout, capsys, name):
    os.environ[name] = "given"
    use_local_site(checkout)
    assert ("HTTPS" in os.environ, capsys.readouterr().err) == (False, "")


def test_without_a_site_a_command_says_what_is_missing(checkout, capsys):
    (checkout / "var/site.env").unlink()
    use_local_site(checkout)
    assert ("DATABASE_URL" in os.environ, capsys.readouterr().err) == (False, "")
