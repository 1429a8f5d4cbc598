"""Process 流程: one transition table drives buttons, worklists, deadlines, diagrams and tests."""

from .table import Process, State, Step

__all__ = ["Process", "State", "Step"]
