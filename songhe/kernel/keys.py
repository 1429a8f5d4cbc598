"""Many keys in one parameter: ``pk__in=[...]`` with thousands of keys, as fast as with ten.

Django writes a parameter for every key. With ten thousand of them, building and parsing the
statement takes longer than finding the rows. On PostgreSQL a long list of UUIDs goes as one array
instead, with the very same meaning; short lists, subqueries and SQLite stay as they are.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

#: From how many keys on a list travels as an array.
MANY = 50


class _ManyAtOnce(In):
    """``in`` for columns of UUIDs."""

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        """``column = ANY(array)`` where that is the same and shorter."""
        if not self.rhs_is_direct_value() or len(self.rhs) < MANY or not all(type(key) is UUID for key in self.rhs):
            return self.as_sql(compiler, connection)
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::uuid[])", (*params, "{" + ",".join({f"{key.int:032x}" for key in self.rhs}) + "}")


@models.UUIDField.register_lookup
class KeysIn(_ManyAtOnce):
    """``pk__in`` and every other column of UUIDs."""


@models.ForeignKey.register_lookup
@models.OneToOneField.register_lookup
class RelatedKeysIn(_ManyAtOnce, RelatedIn):
    """``relation__in`` and ``relation_id__in``."""
