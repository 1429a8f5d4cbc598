"""Events 事件: append-only, written in the transaction of the change they tell of.

One table serves as the timeline of a person, the record of a clerk and the
outbox for others. Events carry ids and codes, never names or numbers of
persons, so that forgetting a person leaves the chain whole.
"""

from .recording import New, declare, kind_of, record, record_many

__all__ = ["New", "declare", "kind_of", "record", "record_many"]
