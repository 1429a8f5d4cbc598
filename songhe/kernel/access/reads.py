"""The read log: every look at a person is on record, and that person can read the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from songhe.kernel import bulk, clock

from .models import Post, ReadEntry

#: What was looked at, as the elder reads it.
LABELS = {
    "list": "名单",
    "search": "查询结果",
    "file": "长者档案",
    "case": "办件",
    "reveal": "完整信息",
    "export": "导出名单",
    "visit": "上门服务",
    "plan": "照护计划",
    "api": "数据接口",
    "print": "打印材料",
}


def log(
    post: Post,
    person_ids: Iterable[UUID | None],
    *,
    what: str,
    purpose: str = "",
    fields: Sequence[str] = (),
) -> None:
    """Record that ``post`` looked at these people. One insert, however many they are.

    An elder who opens her own file leaves no entry: nobody else looked.
    """
    if what not in LABELS:
        raise ValueError(f"unknown kind of look: {what}")
    at = clock.now()
    own = post.holder_id if post.role == "elder" else None
    ids = dict.fromkeys(pid for pid in person_ids if pid is not None and pid != own)
    label = post.label
    bulk.insert(
        [
            ReadEntry(
                at=at, person_id=pid, post_id=post.pk, reader=label,
                what=what, purpose=purpose, fields=list(fields),
            )
            for pid in ids
        ]
    )


def label_of(what: str) -> str:
    """The word an elder reads for a kind of look."""
    return LABELS.get(what, what)
