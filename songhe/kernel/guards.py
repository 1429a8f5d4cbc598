"""Rules that the database itself keeps, on SQLite and on PostgreSQL alike.

A guard is put into `Meta.constraints` like Django's own constraints: `makemigrations` writes
it, `full_clean` checks it, and where it must be a trigger it survives SQLite's rebuilding of a
table, because Django writes the constraints of a table anew each time it builds one.

`explained()` turns a refusal of the database into a Refused with the constraint's own message.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.backends.signals import connection_created
from django.db.models import BaseConstraint

from .errors import Refused

ModelClass = type[models.Model]
_lifted = False


@contextmanager
def lifted(reason: str, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Open the append-only guards for one transaction: erasure by law, restoring a backup.

    `reason` is required so that each call states in the code why history may be touched.
    """
    global _lifted
    if not reason:
        raise ValueError("say why the guard is lifted")
    connection = connections[using]
    with transaction.atomic(using=using):
        before, _lifted = _lifted, True
        _tell_postgresql(connection, "on")
        try:
            yield
        finally:
            _lifted = before
        # Not in the finally: after a database error the transaction is rolled back, setting and all.
        _tell_postgresql(connection, "on" if before else "off")


def _tell_postgresql(connection: BaseDatabaseWrapper, value: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('songhe.lifted', %s, true)", [value])


def _prepare_sqlite(sender: Any, connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor != "sqlite":
        return
    # A programme without this function cannot change a guarded table at all: closed unless opened.
    connection.connection.create_function("songhe_lifted", 0, lambda: int(_lifted))
    ops: Any = connection.ops
    if not hasattr(ops, "songhe_flush"):
        ops.songhe_flush = ops.execute_sql_flush
        ops.execute_sql_flush = partial(_flush, connection)


def _flush(connection: Any, statements: Any) -> None:
    """Emptying the whole database is no change of history: PostgreSQL's TRUNCATE asks no trigger either."""
    global _lifted
    before, _lifted = _lifted, True
    try:
        connection.ops.songhe_flush(statements)
    finally:
        _lifted = before


connection_created.connect(_prepare_sqlite, dispatch_uid="songhe.kernel.guards")


class AppendOnly(BaseConstraint):
    """Rows are added and never changed or deleted; the database refuses both (只增不改)."""

    violation_error_code = "append_only"
    default_violation_error_message = "记录只增不改：更正请另记一笔，不能修改或删除原有记录。"

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing inside CREATE TABLE: the trigger follows once the table is there."""
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        *first, last = self._statements(model, schema_editor)
        for statement in first:
            schema_editor.execute(statement, params=None)
        return last

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """PostgreSQL only: SQLite drops the triggers with the table it rebuilds."""
        return Statement(
            "DROP TRIGGER IF EXISTS %(name)s ON %(table)s",
            name=schema_editor.quote_name(self.name),
            table=Table(model._meta.db_table, schema_editor.quote_name),
        )

    def _statements(self, model: ModelClass, schema_editor: BaseDatabaseSchemaEditor) -> list[Any]:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        name = schema_editor.quote_name(self.name)
        if schema_editor.connection.vendor == "postgresql":
            return [_PG_FUNCTION, Statement(_PG_TRIGGER, name=name, table=table)]
        return [
            Statement(
                _SQLITE_TRIGGER,
                trigger=schema_editor.quote_name(f"{self.name}_{verb.lower()}"),
                name=self.name,
                verb=verb,
                table=table,
            )
            for verb in ("UPDATE", "DELETE")
        ]

    def validate(
        self,
        model: ModelClass,
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """A new row is always welcome; a change to an old one is the database's to refuse."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs.pop("violation_error_code", None)
        return path, tuple(args), kwargs

    def __eq__(self, other: object) -> bool:
        # Without it every run of makemigrations would replace the guard by itself.
        return isinstance(other, AppendOnly) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]  # like Django's own constraints


_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION songhe_append_only() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF coalesce(current_setting('songhe.lifted', true), '') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING MESSAGE = TG_NAME, CONSTRAINT = TG_NAME,
        ERRCODE = 'integrity_constraint_violation';
END
$guard$
"""
_PG_TRIGGER = (
    "CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE ON %(table)s "
    "FOR EACH ROW EXECUTE FUNCTION songhe_append_only()"
)
_SQLITE_TRIGGER = (
    "CREATE TRIGGER %(trigger)s BEFORE %(verb)s ON %(table)s WHEN songhe_lifted() = 0 "
    "BEGIN SELECT RAISE(ABORT, '%(name)s'); END"
)


def column(model: ModelClass, field_name: str) -> str:
    """The column that holds a field of a model."""
    field = model._meta.get_field(field_name)
    assert isinstance(field, models.Field)
    return str(field.column)


@cache
def _known() -> dict[str, BaseConstraint]:
    """Every named constraint of every model; unique ones also as SQLite words them."""
    found: dict[str, BaseConstraint] = {}
    for model in apps.get_models(include_auto_created=True):
        for constraint in model._meta.constraints:
            found[constraint.name] = constraint
            for name in getattr(constraint, "more_names", ()):
                found[name] = constraint
            if fields := getattr(constraint, "fields", ()):
                columns = (column(model, field) for field in fields)
                found[", ".join(f"{model._meta.db_table}.{name}" for name in columns)] = constraint
    return found


def _name_of(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    text = str(error)  # "name" from a trigger, "CHECK constraint failed: name", "… failed: index 'name'"
    return text.rpartition("constraint failed: ")[2].removeprefix("index ").strip("'")


def explain(error: IntegrityError) -> Refused | None:
    """The clerk's message for what the database refused; None when no constraint of ours did."""
    name = _name_of(error)
    constraint = _known().get(name)
    if constraint is None:
        return None
    code = constraint.violation_error_code or "constraint"
    return Refused(f"{code}.{constraint.name}", str(constraint.get_violation_error_message()))


@contextmanager
def explained() -> Iterator[None]:
    """Inside: what the database refuses by a named constraint is raised as Refused."""
    try:
        yield
    except IntegrityError as error:
        refused = explain(error)
        if refused is None:
            raise
        raise refused from error
