"""Fixtures of the insurance's tests."""

from __future__ import annotations

import pytest

from songhe.delivery.conftest import committed  # noqa: F401 - a database that threads share
from songhe.simulation.cast import Cast

from .world import World


@pytest.fixture
def world(cast: Cast) -> World:
    """The month of 曹杨护理站."""
    return World(cast.organisations["provider"])


@pytest.fixture
def home(cast: Cast) -> World:
    """The month of 曹杨养老院."""
    return World(cast.organisations["care_home"], serial=20_000)
