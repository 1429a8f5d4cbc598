"""Service catalogue 服务项目: the 42 items of the long-term care insurance, as dated data."""

from .items import Item, allowed, classes, item, items, names

__all__ = ["Item", "allowed", "classes", "item", "items", "names"]
