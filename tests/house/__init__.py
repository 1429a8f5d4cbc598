"""The house with somebody in every room: both halves furnished through the actions that people use."""

from .furnishing import NOW, House, furnish
from .side import Side

__all__ = ["NOW", "House", "Side", "furnish"]
