"""Worklist 待办: what waits for a post, the most urgent first."""
