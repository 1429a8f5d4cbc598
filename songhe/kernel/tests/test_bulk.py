"""What goes in as a set comes out as it was, whatever signs it holds."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from django.db import Error
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from songhe.kernel import bulk, clock
from songhe.kernel.access.models import Account, Post
from songhe.kernel.events.models import Event

AWKWARD = ["", "\\", "\\N", "NULL", "a\tb", "a\nb\r", '"', "{}", ",", "'", "沈桂芳", "𠮷", "\\t", '{"a": "\\\\"}', "%s", " "]
TEXT = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
quiet = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def event(**more):
    return Event(**{"kind": "test.made", "actor": "", "subject_type": "x", "subject_id": uuid4(), **more})


@quiet
@given(rows=st.lists(st.tuples(TEXT, JSON), min_size=1, max_size=5))
def test_inserted_rows_read_as_they_were(db, rows):
    events = [event(reason=reason, data={"value": value}) for reason, value in rows]
    bulk.insert(events)
    found = Event.objects.unscoped("test").in_bulk([e.pk for e in events])
    assert [(found[e.pk].reason, found[e.pk].data) for e in events] == [(r, {"value": v}) for r, v in rows]


@quiet
@given(names=st.lists(TEXT, min_size=1, max_size=5))
def test_updated_rows_read_as_they_were(db, names):
    account = Account.objects.create_user(uuid4().hex)
    posts = [Post(account=account, role="carer") for _ in names]
    bulk.insert(posts)
    for post, name in zip(posts, names, strict=True):
        post.organisation_name, post.ends, post.organisation_id = name, date(2036, 2, 29), uuid4()
    bulk.update(posts, ["organisation_name", "ends", "organisation_id"])
    found = Post.objects.in_bulk([p.pk for p in posts])
    assert [(found[p.pk].organisation_name, found[p.pk].organisation_id) for p in posts] == [(p.organisation_name, p.organisation_id) for p in posts]
    assert {p.ends for p in found.values()} == {date(2036, 2, 29)}


def test_nothing_becomes_null_and_moments_keep_their_place(db):
    moment = datetime(2026, 10, 1, 8, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    one, other = event(at=moment), event(at=moment.astimezone(UTC), post_id=uuid4(), person_id=uuid4())
    bulk.insert([one, other])
    found = Event.objects.unscoped("test").in_bulk([one.pk, other.pk])
    assert found[one.pk].at == found[other.pk].at == moment
    assert found[one.pk].post_id is found[one.pk].person_id is None
    assert found[other.pk].post_id == other.post_id


def test_more_rows_than_one_batch_all_arrive(db, monkeypatch):
    monkeypatch.setattr(bulk, "LINES", 3)
    events = [event(reason=str(n)) for n in range(8)]
    bulk.insert(events)
    assert Event.objects.unscoped("test").filter(pk__in=[e.pk for e in events]).count() == 8
    account = Account.objects.create_user("batch")
    posts = [Post(account=account, role="carer") for _ in range(8)]
    bulk.insert(posts)
    for n, post in enumerate(posts):
        post.organisation_name = str(n)
    bulk.update(posts, ["organisation_name"])
    assert [Post.objects.get(pk=p.pk).organisation_name for p in posts] == [str(n) for n in range(8)]


def test_columns_are_rows_with_the_defaults_of_the_rest(db):
    subjects = [uuid4() for _ in range(5)]
    bulk.insert_columns(Event, {"kind": ["test.made"] * 5, "actor": list("甲乙丙丁戊"), "subject_type": ["x"] * 5, "subject_id": subjects})
    found = list(Event.objects.unscoped("test").filter(kind="test.made").order_by("id"))
    assert [e.actor for e in found] == list("甲乙丙丁戊")
    assert [e.subject_id for e in found] == subjects
    assert len({e.pk for e in found}) == 5
    assert {str(e.data) for e in found} == {"{}"}
    assert {e.at for e in found} == {clock.now()}


def test_columns_that_do_not_fit_are_refused_before_anything_is_written(db):
    with pytest.raises(ValueError, match="nosuch"):
        bulk.insert_columns(Event, {"nosuch": [1]})
    with pytest.raises(ValueError, match="one length"):
        bulk.insert_columns(Event, {"kind": ["a"], "actor": ["b", "c"]})


@pytest.mark.postgres
def test_a_text_that_is_too_long_is_refused_and_not_cut_off(db):
    account = Account.objects.create_user("long")
    post = Post(account=account, role="carer")
    bulk.insert([post])
    post.organisation_name = "松" * 1000
    with pytest.raises(Error):
        bulk.update([post], ["organisation_name"])
