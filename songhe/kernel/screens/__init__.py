"""Screens 界面: what every page shares. A view without declared rights does not start."""

from .rights import ANYBODY, Screen, screen, screens

__all__ = ["ANYBODY", "Screen", "screen", "screens"]
