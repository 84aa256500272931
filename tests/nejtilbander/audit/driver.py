"""A chain of some lines, hands that tamper with it below the models, and what is then said of it."""

from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection

from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine

TABLE = AuditLine._meta.db_table


def lines(number):
    """That many new lines, the site's own."""
    return [chain.append(AuditLine.Kind.CHANGED, words=f"nr. {one}") for one in range(1, number + 1)]


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=TABLE), values)


def made_anew(number, words):
    """Another text in a line, with a hash that fits it."""
    line = AuditLine.objects.get(number=number)
    line.words = words
    sql("UPDATE {table} SET words = %s, hash = %s WHERE number = %s", words, line.expected_hash(), number)


def swapped(one, other):
    for number, to in ((one, 1000), (other, one), (1000, other)):
        sql("UPDATE {table} SET number = %s WHERE number = %s", to, number)


def verified(contains=""):
    """What the command says, whether it fails or not."""
    said = StringIO()
    try:
        call_command("verify_audit", contains=contains, stdout=said)
    except CommandError as broken:
        return f"exit {broken.returncode}: {broken}"
    return said.getvalue().rstrip("\n")
