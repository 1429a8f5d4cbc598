"""Dates and numbers one way everywhere: 2026-11-21, 14:05, 1,234."""
