"""Intervals 期间: a stay, a loan, an assignment, an entitlement lasts [starts, ends).

The end is the first moment that no longer belongs to the interval; no end means open.
Occupancy is counted from intervals and never stored, so two of them must not claim the same
thing at the same time. The database keeps that rule:

    class Stay(models.Model):
        bed = models.ForeignKey(Bed, on_delete=models.PROTECT)
        starts = models.DateField()
        ends = models.DateField(null=True, blank=True)

        class Meta:
            constraints = [
                PreventOverlap(
                    name="stay_one_person_a_bed",
                    keys=["bed"],
                    message="该床位在这段时间已有人入住，请改选床位或日期。",
                )
            ]

`makemigrations` writes the operation. An insert or update that breaks the rule raises
IntegrityError; inside `guards.explained()` it is a Refused with the message.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Q
from django.db.models.sql.query import Query

from .guards import ModelClass, column

_RANGES = {"DateTimeField": "tstzrange", "DateField": "daterange", "IntegerField": "int4range"}


class PreventOverlap(BaseConstraint):
    """No two rows with equal `keys` may overlap in [starts, ends); both databases refuse.

    name       at most 50 characters, unique in the database
    keys       field names that must be equal for two rows to compete; a NULL key competes with none
    starts, ends  field names, both DateField, both DateTimeField or both IntegerField; ends may be null
    message    what the clerk reads: what happened and what to do
    condition  only rows for which this Q holds compete, e.g. Q(cancelled_at__isnull=True)

    An end before the start is refused too; an empty interval (end = start) competes with none.
    PostgreSQL: exclusion constraint over btree_gist. SQLite: triggers and an index on the keys.
    """

    violation_error_code = "overlap"

    def __init__(
        self,
        *,
        name: str,
        keys: Sequence[str],
        message: str,
        starts: str = "starts",
        ends: str = "ends",
        condition: Q | None = None,
    ) -> None:
        if not keys or len(name) > 50:
            raise ValueError("PreventOverlap needs keys and a name of at most 50 characters")
        self.keys, self.starts, self.ends, self.condition = tuple(keys), starts, ends, condition
        super().__init__(name=name, violation_error_message=message)

    @property
    def more_names(self) -> tuple[str, ...]:
        """The second database constraint of this rule: an end is not before its start."""
        return (f"{self.name}_order",)

    # -- SQL -------------------------------------------------------------------------------------

    def _columns(self, model: ModelClass, editor: BaseDatabaseSchemaEditor) -> tuple[list[str], str, str]:
        quoted = [editor.quote_name(column(model, name)) for name in (*self.keys, self.starts, self.ends)]
        return quoted[:-2], quoted[-2], quoted[-1]

    def _condition_sql(self, model: ModelClass, editor: BaseDatabaseSchemaEditor) -> str:
        if self.condition is None:
            return ""
        query = Query(model, alias_cols=False)
        where = query.build_where(self.condition)
        sql, params = where.as_sql(query.get_compiler(connection=editor.connection), editor.connection)
        return str(sql % tuple(editor.quote_value(p) for p in params))

    def _exclusion(self, model: ModelClass, editor: BaseDatabaseSchemaEditor) -> tuple[str, str]:
        """The two PostgreSQL constraints: no overlap, and no end before its start."""
        keys, starts, ends = self._columns(model, editor)
        kind = model._meta.get_field(self.starts).get_internal_type()
        equal = ", ".join(f"{_competing(model, name, key)} WITH =" for name, key in zip(self.keys, keys, strict=True))
        where = self._condition_sql(model, editor)
        return (
            f"CONSTRAINT {editor.quote_name(self.name)} EXCLUDE USING gist "
            f"({equal}, {_RANGES[kind]}({starts}, {ends}) WITH &&)" + (f" WHERE ({where})" if where else ""),
            f"CONSTRAINT {editor.quote_name(self.more_names[0])} CHECK ({ends} IS NULL OR {ends} >= {starts})",
        )

    def _triggers(self, model: ModelClass, editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        """SQLite: a look before each insert and update, and the index that makes the look cheap."""
        keys, starts, ends = self._columns(model, editor)
        where = self._condition_sql(model, editor)
        fields = [editor.quote_name(str(f.column)) for f in model._meta.local_concrete_fields]
        new_row = ", ".join(f"NEW.{name} AS {name}" for name in fields)
        # Only names of columns and a condition that Django itself compiled go in here.
        competes = f"EXISTS (SELECT 1 FROM (SELECT {new_row}) WHERE {where})" if where else "1"  # noqa: S608
        body = Statement(
            "BEGIN SELECT RAISE(ABORT, '%(order)s') WHERE NEW.%(ends)s < NEW.%(starts)s; "
            "SELECT RAISE(ABORT, '%(name)s') WHERE %(competes)s AND EXISTS (SELECT 1 FROM %(table)s "
            "WHERE %(same)s AND %(pk)s IS NOT NEW.%(pk)s AND %(condition)s "
            "AND (NEW.%(ends)s IS NULL OR (%(starts)s < NEW.%(ends)s AND NEW.%(starts)s < NEW.%(ends)s)) "
            "AND (%(ends)s IS NULL OR (%(ends)s > NEW.%(starts)s AND %(ends)s > %(starts)s))); END",
            order=self.more_names[0],
            name=self.name,
            table=Table(model._meta.db_table, editor.quote_name),
            pk=editor.quote_name(str(model._meta.pk.column)),
            same=" AND ".join(f"{key} = NEW.{key}" for key in keys),
            condition=where or "1",
            competes=competes,
            starts=starts,
            ends=ends,
        )
        table = Table(model._meta.db_table, editor.quote_name)
        statements = [
            Statement(
                f"CREATE TRIGGER %(trigger)s BEFORE {verb} ON %(table)s %(body)s",
                trigger=editor.quote_name(f"{self.name}_{verb.lower()}"),
                table=table,
                body=_Part(body),
            )
            for verb in ("INSERT", "UPDATE")
        ]
        columns = ", ".join([*keys, starts])
        index = editor.quote_name(f"{self.name}_look")
        statements.append(Statement(f"CREATE INDEX {index} ON %(table)s ({columns})", table=table))
        return statements

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Inside CREATE TABLE on PostgreSQL; after it on SQLite."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_EXTENSION, params=None)
            return ", ".join(self._exclusion(model, schema_editor))
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """PostgreSQL only: SQLite rebuilds the table when a constraint is added."""
        schema_editor.execute(_EXTENSION, params=None)
        parts = ", ".join(f"ADD {part}" for part in self._exclusion(model, schema_editor))
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return Statement(f"ALTER TABLE %(table)s {parts.replace('%', '%%')}", table=table)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """PostgreSQL only: SQLite rebuilds the table when a constraint is removed."""
        names = (self.name, *self.more_names)
        parts = ", ".join(f"DROP CONSTRAINT IF EXISTS {schema_editor.quote_name(n)}" for n in names)
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return Statement(f"ALTER TABLE %(table)s {parts}", table=table)

    # -- Django ----------------------------------------------------------------------------------

    def validate(
        self,
        model: ModelClass,
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """full_clean(): the same refusal before the database has to make it."""
        names = {*self.keys, self.starts, self.ends}
        if exclude and names & set(exclude):
            return
        starts, ends = getattr(instance, self.starts), getattr(instance, self.ends)
        keys = {key: getattr(instance, str(model._meta.get_field(key).attname)) for key in self.keys}  # type: ignore[union-attr]
        if starts is None or None in keys.values():
            return
        if ends is not None and ends < starts:
            raise ValidationError({self.ends: "结束不得早于开始。"}, code="order")
        if ends == starts or (self.condition and not self._competes(model, instance, using)):
            return
        rivals = model._base_manager.using(using).filter(**keys).exclude(pk=instance.pk)
        rivals = rivals.filter(overlapping(starts, ends, self.starts, self.ends))
        if self.condition:
            rivals = rivals.filter(self.condition)
        if rivals.exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def _competes(self, model: ModelClass, instance: models.Model, using: str) -> bool:
        assert self.condition is not None
        values = {
            f.name: models.Value(getattr(instance, f.attname), f) for f in model._meta.local_concrete_fields
        }
        return self.condition.check(values, using=using)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs.pop("violation_error_code", None)
        kwargs["message"] = kwargs.pop("violation_error_message", self.violation_error_message)
        kwargs |= {"keys": list(self.keys), "starts": self.starts, "ends": self.ends}
        if self.condition is not None:
            kwargs["condition"] = self.condition
        return path, tuple(args), kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PreventOverlap) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]  # like Django's own constraints


def _competing(model: ModelClass, field_name: str, key: str) -> str:
    """The key as the exclusion index holds it.

    UUIDs that were made together differ in their last bytes only, which a GiST index does not see:
    it would hold them in one heap, and the planner would still take it for a look-up. Their 64-bit
    hash spreads them and serves nothing else; two keys with one hash (one pair in 300 million
    registers of a district) would be refused, not mixed up.
    """
    field = model._meta.get_field(field_name)
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return f"uuid_hash_extended({key}, 0)" if isinstance(field, models.UUIDField) else key


_EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"


class _Part:
    """A statement inside a statement: passes a renamed table on to the inner one."""

    def __init__(self, inner: Statement) -> None:
        self.inner = inner

    def rename_table_references(self, old_table: str, new_table: str) -> None:
        self.inner.rename_table_references(old_table, new_table)

    def __str__(self) -> str:
        return str(self.inner)


def overlapping(starts: Any, ends: Any, starts_field: str = "starts", ends_field: str = "ends") -> Q:
    """Rows that share at least a moment with [starts, ends); ends None means open."""
    still_open = Q(**{f"{ends_field}__isnull": True}) | (
        Q(**{f"{ends_field}__gt": starts}) & Q(**{f"{ends_field}__gt": models.F(starts_field)})
    )
    return still_open if ends is None else still_open & Q(**{f"{starts_field}__lt": ends})


def in_force(at: Any, starts_field: str = "starts", ends_field: str = "ends") -> Q:
    """Rows whose interval contains the moment or day `at`."""
    return Q(**{f"{starts_field}__lte": at}) & (
        Q(**{f"{ends_field}__isnull": True}) | Q(**{f"{ends_field}__gt": at})
    )
