"""Worklist 待办."""
