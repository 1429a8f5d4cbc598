"""Many keys find the same rows as few."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from songhe.kernel import bulk, keys
from songhe.kernel.access.models import Account, Post


@pytest.fixture
def posts(db):
    account = Account.objects.create_user("many")
    rows = [Post(account=account, role="carer", holder_id=uuid4()) for _ in range(keys.MANY + 10)]
    bulk.insert(rows)
    return rows


def others(n):
    return [uuid4() for _ in range(n)]


@pytest.mark.parametrize("strangers", [0, keys.MANY])
@pytest.mark.parametrize("count", [0, 1, keys.MANY - 1, keys.MANY, keys.MANY + 10])
def test_any_number_of_keys_finds_exactly_its_rows(posts, count, strangers):
    wanted = posts[:count]
    assert set(Post.objects.filter(pk__in=[p.pk for p in wanted] + others(strangers))) == set(wanted)
    assert set(Post.objects.exclude(pk__in=[p.pk for p in wanted] + others(strangers))) == set(posts) - set(wanted)
    assert set(Post.objects.filter(holder_id__in=[p.holder_id for p in wanted] + others(strangers))) == set(wanted)


def test_many_relations_twice_named_are_found_once_and_texts_are_keys_too(posts):
    account = posts[0].account
    assert Post.objects.filter(account_id__in=[account.pk, account.pk, *others(keys.MANY)]).count() == len(posts)
    assert Post.objects.filter(account__in=[account, *others(keys.MANY)]).count() == len(posts)
    assert Post.objects.filter(account_id__in=others(keys.MANY)).count() == 0
    assert Post.objects.filter(account_id__in=[str(account.pk), *map(str, others(keys.MANY))]).count() == len(posts)


def test_none_among_many_keys_finds_nothing_more(posts):
    Post.objects.filter(pk=posts[0].pk).update(holder_id=None)
    assert Post.objects.filter(holder_id__in=[None, *others(keys.MANY)]).count() == 0


@pytest.mark.postgres
def test_many_keys_travel_as_one_parameter(posts):
    with CaptureQueriesContext(connection) as asked:
        list(Post.objects.filter(pk__in=[p.pk for p in posts]))
    assert "= ANY(" in asked[0]["sql"]
    assert asked[0]["sql"].count("::uuid") == 1
