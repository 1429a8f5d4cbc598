"""Songhe 松鹤: the open platform on which a district runs its elder care."""

__version__ = "0.1.0"
