"""The few statements that stand between a visitor and an answer, as SQL that is made once.

Django makes its SQL anew each time, which takes longer than the database takes to carry it out: of a sign-up's POST it
was a third. Values are still Django's to prepare, and the names are our own models'.
"""

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

Statement = tuple[str, list[Any]]  # the SQL, and the fields that prepare its values


@cache
def _insert_sql(model: type[Model], *, or_leave: bool) -> Statement:
    fields = list(model._meta.concrete_fields)
    columns, signs = ", ".join(field.column for field in fields), ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({signs})"  # noqa: S608 - our own names
    return f"{sql} ON CONFLICT DO NOTHING" if or_leave else sql, fields


@cache
def _update_sql(model: type[Model], names: tuple[str, ...]) -> Statement:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f"{field.column} = %s" for field in fields)
    return f"UPDATE {model._meta.db_table} SET {columns} WHERE {model._meta.pk.column} = %s", fields  # noqa: S608


@cache
def _select_sql(model: type[Model], names: tuple[str, ...], where: tuple[str, ...]) -> str:
    columns, conditions = ", ".join(names), " AND ".join(f"{name} = %s" for name in where)
    return f"SELECT {columns} FROM {model._meta.db_table} WHERE {conditions}"  # noqa: S608


def insert(row: Model, *, or_leave: bool = False) -> None:
    """Write a new row that has its key already. `or_leave`: unless there is one like it, by any unique rule.

    Raises IntegrityError.
    """
    sql, fields = _insert_sql(type(row), or_leave=or_leave)
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])


def update(model: type[Model], pk: Any, **values: Any) -> None:
    """Let the row with this key say `values`, if there is one."""
    sql, fields = _update_sql(model, tuple(values))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(field.get_db_prep_save(values[field.name], connection) for field in fields), pk])


def fetch_one(model: type[Model], *columns: str, **where: Any) -> tuple[Any, ...] | None:
    """The `columns` of the one row where the columns in `where` hold these plain values; as the database gives them."""
    with connection.cursor() as cursor:
        cursor.execute(_select_sql(model, columns, tuple(where)), list(where.values()))
        return cursor.fetchone()
