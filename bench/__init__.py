"""Measured figures beside their peers. ``make bench`` prints them all, ``make bench ONLY=id`` one."""
