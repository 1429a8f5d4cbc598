"""Drawing is exact where it is set and repeatable where it is drawn."""

import numpy as np
import pytest

from songhe.simulation.population.draw import along, choose, choose_by, pick, quotas, rank_within, stream


@pytest.mark.parametrize("total", [0, 1, 7, 1000])
def test_quotas_and_along_sum_to_the_total(total: int) -> None:
    weights = [0.2, 3.0, 0.0, 1.1, 0.0001]
    assert quotas(total, weights).sum() == total
    assert along(total, weights).sum() == total
    assert quotas(total, weights)[2] == 0


def test_along_lets_small_parts_take_turns_where_quotas_starve_them() -> None:
    weights = np.r_[np.full(60, 1.5), np.full(40, 1.0)]
    assert quotas(60, weights)[60:].sum() == 0
    assert along(60, weights)[60:].sum() == pytest.approx(60 * 40 / 130, abs=1)


def test_the_same_name_and_seed_draw_the_same_and_another_name_does_not() -> None:
    assert stream(3, "a").random(5).tolist() == stream(3, "a").random(5).tolist()
    assert stream(3, "a").random(5).tolist() != stream(3, "b").random(5).tolist()
    assert stream(3, "a").random(5).tolist() != stream(4, "a").random(5).tolist()


def test_weights_decide_and_zero_is_never_drawn() -> None:
    drawn = choose(stream(1, "x"), [1, 0, 3], 40_000)
    assert np.bincount(drawn, minlength=3)[1] == 0
    assert (drawn == 2).mean() == pytest.approx(0.75, abs=0.01)


def test_each_group_draws_by_its_own_weights() -> None:
    group = np.repeat([0, 1], 10_000)
    drawn = choose_by(stream(1, "x"), group, [[1, 0], [0.25, 0.75]])
    assert (drawn[:10_000] == 0).all()
    assert drawn[10_000:].mean() == pytest.approx(0.75, abs=0.02)


def test_picking_takes_different_positions_and_never_more_than_are_open() -> None:
    weights = np.array([0.0, 1.0, 5.0, 0.0, 1.0])
    assert pick(stream(1, "x"), weights, 2).tolist() in ([1, 2], [2, 4], [1, 4])
    assert pick(stream(1, "x"), weights, 99).tolist() == [1, 2, 4]
    assert pick(stream(1, "x"), weights, 0).tolist() == []
    assert pick(stream(1, "x"), np.zeros(3), 2).tolist() == []


def test_ranks_count_earlier_equals() -> None:
    assert rank_within(np.array([5, 5, 2, 5, 2])).tolist() == [0, 1, 0, 2, 1]
