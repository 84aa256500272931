"""Summaries of tables, each one row: how many rows there are, and a checksum of what readers see of them.

All summaries together are one statement (`read`), which the watcher asks each second. A checksum is a sum over the rows
of a product modulo a prime: of a weight made of the primary key, and of the numbers and conditions that are named. That
two changes leave it as it was is as likely as guessing one number in two thousand million.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateTimeField,
    Expression,
    F,
    Func,
    Model,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

PRIME = 2_147_483_647  # 2**31 - 1: the product of two remainders fits in 64 bits, and so does the sum of the rows
ALL = Q()
_NUMBER: "BigIntegerField[int, int]" = BigIntegerField()
Row = tuple[str, int, int]  # table, number of rows, checksum
Summary = QuerySet[Any, dict[str, Any]]


class Microseconds(Func):
    """A moment as whole microseconds since 1970; NULL without one."""

    output_field = _NUMBER
    template = "CAST(EXTRACT(EPOCH FROM %(expressions)s) * 1000000 AS bigint)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Moments are text there: "2026-12-08 17:00:00.123456", without the fraction when it is zero."""
        template = (
            "(CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) * 1000000"
            " + CAST(substr(%(expressions)s || '.000000', 21, 6) AS INTEGER))"
        )
        sql, params = self.as_sql(compiler, connection, template=template, **context)
        return sql, (*params, *params)


class Moment(Expression):
    """The time at which `read` is called, and `after` more. The statement is made once, and asked many times."""

    output_field = DateTimeField()

    def __init__(self, after: timedelta = timedelta(0)) -> None:
        super().__init__()
        self.after = after

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


def summarise(
    model: type[Model],
    numbers: Iterable[str | Expression],
    conditions: Iterable[Q] = (),
    *,
    among: Q = ALL,
    key: str | Expression = "pk",
) -> Summary:
    """One row that changes when rows come or go, or one of `numbers` or of `conditions` changes in any of them.

    Only the rows `among` are looked at. `key` tells them apart: not the primary key where a login may not read that.
    """
    terms: list[Any] = [F(number) if isinstance(number, str) else number for number in numbers]
    terms += [Case(When(condition, then=1), default=0, output_field=_NUMBER) for condition in conditions]
    factor: Any = Value(1, _NUMBER)
    for place, term in enumerate(terms):
        factor += Coalesce(Cast(term, _NUMBER), -1, output_field=_NUMBER) % PRIME * Value(7**place, _NUMBER)
    product = (Cast(key, _NUMBER) % PRIME * 1_000_003 % PRIME + 1) * (factor % PRIME) % PRIME
    checksum = Coalesce(Sum(product, output_field=_NUMBER), 0, output_field=_NUMBER)
    table = Cast(Value(model._meta.label_lower), CharField())  # a Value alone would not be grouped by
    # Not by the model's manager: modeltranslation's adds columns to what is grouped.
    rows: QuerySet[Any] = QuerySet(model).filter(among).order_by()
    return rows.values(table=table).annotate(rows=Count("*"), checksum=checksum)


class Summaries:
    """The statement that reads all summaries at once. Compiled at the first reading."""

    def __init__(self) -> None:
        self.sql, self.params = "", list[Any]()

    def read(self, summaries: Iterable[Summary]) -> list[Row]:
        """The rows, sorted. `summaries` are looked at the first time alone."""
        if not self.sql:
            first, *others = summaries
            union = first.union(*others, all=True) if others else first
            self.sql, self.params = union.query.get_compiler(connection=connection).as_sql()
        now = timezone.now()
        params = [_at(now, param) for param in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            return sorted((table, int(rows), int(checksum)) for table, rows, checksum in cursor.fetchall())


def _at(now: datetime, param: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(now + param.after) if isinstance(param, Moment) else param
