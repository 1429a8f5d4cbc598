"""One clock, and keys in its order."""

import os
import pickle
import time
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from uuid import RFC_4122

import pytest

from songhe.kernel import clock, ids
from songhe.kernel.because import Because
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.ids import uuid7, uuid7_many


@pytest.fixture(autouse=True)
def _real_time():
    """These tests begin on the running clock, not on the day that all others live on."""
    before = clock._hands
    clock.set_clock(None)
    yield
    clock._set(before)


def test_time_stands_still_and_moves_only_when_told():
    with clock.frozen("2026-03-01T08:30") as at:
        assert clock.now() == at == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
        assert clock.now().utcoffset() == timedelta(hours=8)
        clock.advance(timedelta(hours=16))
        assert clock.today() == date(2026, 3, 2)
    assert not clock.is_set()


def test_a_travelled_clock_runs_on():
    with clock.travel(date(2020, 1, 1)):
        first = clock.now()
        time.sleep(0.002)
        assert first < clock.now() < first + timedelta(seconds=5)


def test_frozen_blocks_nest_and_restore():
    with clock.frozen("2026-01-01"):
        with clock.frozen("2020-01-01"):
            assert clock.today() == date(2020, 1, 1)
        assert clock.today() == date(2026, 1, 1)


def test_every_thread_lives_on_the_same_day():
    seen = []
    with clock.frozen("2026-05-05"):
        worker = Thread(target=lambda: seen.append(clock.today()))
        worker.start()
        worker.join()
    assert seen == [date(2026, 5, 5)]


def test_real_time_cannot_be_moved_and_a_set_clock_not_backwards():
    with pytest.raises(RuntimeError):
        clock.advance(timedelta(1))
    with clock.frozen("2026-01-01"), pytest.raises(ValueError):
        clock.advance(timedelta(-1))


def test_keys_are_ordered_unique_and_of_version_seven():
    keys = [uuid7() for _ in range(5000)] + uuid7_many(5000)
    assert keys == sorted(set(keys))
    assert {key.version for key in keys} == {7}
    assert {key.variant for key in keys} == {RFC_4122}


def test_a_key_begins_with_the_moment_of_the_clock():
    with clock.frozen("2026-03-01T00:00:00.123+00:00"):
        key = uuid7()
        assert key.int >> 80 == int(datetime(2026, 3, 1, 0, 0, 0, 123000, UTC).timestamp() * 1000)
        assert uuid7_many(3)[0] > key


def test_a_clock_put_back_on_purpose_is_believed():
    late = uuid7()
    with clock.frozen("2001-01-01"):
        assert uuid7() < late


def test_threads_never_make_the_same_key():
    made: list[list] = [[] for _ in range(4)]
    workers = [Thread(target=lambda box=box: box.extend(uuid7() for _ in range(2000))) for box in made]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len({key for box in made for key in box}) == 8000


def test_a_forked_child_does_not_repeat_its_parents_keys():
    with clock.frozen("2026-01-01"):
        uuid7()
        read, write = os.pipe()
        if os.fork() == 0:
            os.write(write, b"".join(uuid7().bytes for _ in range(50)))
            os._exit(0)
        mine = {uuid7().bytes for _ in range(50)}
        os.wait()
        text = os.read(read, 800)
        os.close(read)
        os.close(write)
    assert not mine & {text[i : i + 16] for i in range(0, 800, 16)}


def in_a_child(make):
    """Keys that a forked child makes, and how far it came."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, pickle.dumps((make(), ids.position())))
        os._exit(0)
    os.wait()
    keys, position = pickle.loads(os.read(read, 100_000))
    os.close(read)
    os.close(write)
    return keys, position


def test_keys_of_a_child_come_after_its_parents_and_the_parent_goes_on_behind_it_while_the_clock_stands():
    with clock.frozen("2026-01-01"):
        before = uuid7_many(100)
        first, first_position = in_a_child(lambda: uuid7_many(500))
        second, second_position = in_a_child(lambda: uuid7_many(500))
        assert before[-1] < min(first[0], second[0])
        assert not set(first) & set(second)
        ids.go_on_behind(first_position)
        ids.go_on_behind(second_position)
        assert uuid7() > max(first[-1], second[-1])


def test_going_on_behind_somebody_who_is_not_as_far_changes_nothing():
    with clock.frozen("2026-01-01"):
        reached = uuid7()
        ids.go_on_behind((0, 5))
        assert uuid7() > reached
    with clock.frozen("2025-01-01"):
        assert uuid7() < reached


@pytest.mark.parametrize("error", [
    Refused("bed.full", "床位已满。", field="bed", reasons=[Because("已满")], remedy="请改选床位。"),
    Conflict("moved_on", "已被他人办理"), Missing("没有找到"), Forbidden("无权办理"),
])
def test_a_refusal_comes_back_whole_from_another_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_a_refusal_carries_what_a_person_needs():
    why = Because("已满", rule="beds.ratio", source="沪民规", status="recalled", since=date(2024, 1, 1))
    refused = Refused("bed.full", "床位已满。", field="bed", reasons=[why], remedy="请改选床位。")
    assert str(refused) == "床位已满。"
    assert refused.as_data()["reasons"] == [
        {
            "text": "已满",
            "rule": "beds.ratio",
            "source": "沪民规",
            "status": "recalled",
            "since": "2024-01-01",
        }
    ]
    assert Because.from_data(why.as_data()) == why
    assert Because.from_data({"text": "x", "unheard": 1}) == Because("x")
    assert [e.status for e in (refused, Conflict("a", "b"), Missing("m"), Forbidden("f"))] == [
        422,
        409,
        404,
        403,
    ]
