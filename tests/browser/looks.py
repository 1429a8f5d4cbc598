"""What a page must look like, asked in the page itself."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST_TEXT = """least => [...document.querySelectorAll('body *')].filter(e =>
  e.offsetParent && !e.matches('.skip') && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
  && parseFloat(getComputedStyle(e).fontSize) < least - 0.01).map(e => e.outerHTML.slice(0, 90))"""
# A link inside a sentence is as high as its line; everything one aims at alone is a target.
SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden]), textarea')]
  .filter(e => { const box = e.getBoundingClientRect(); const around = e.closest('label');
    const height = around ? Math.max(box.height, around.getBoundingClientRect().height) : box.height;
    const inline = getComputedStyle(e).display === 'inline' && e.closest('p, li, td, dd');
    return e.offsetParent && !e.matches('.skip') && box.height > 1 && box.width > 1 && height < least - 0.5 && !inline; })
  .map(e => e.outerHTML.slice(0, 90))"""
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
OUTERMOST = """() => [...document.querySelectorAll('body *')].filter(e => e.offsetParent
  && e.getBoundingClientRect().right > window.innerWidth + 0.5).slice(0, 1).map(e => e.outerHTML.slice(0, 90))"""


def violations(page: Page) -> list[str]:
    """What axe finds, target sizes included."""
    found = Axe().run(page, options={"runOnly": RULES, "rules": {"target-size": {"enabled": True}}}).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def too_wide(page: Page, *widths: int) -> list[str]:
    """Widths at which the page has to be pushed sideways."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        if (by := page.evaluate(SIDEWAYS)) > 0:
            found.append(f"{by} px too wide at {width} px: {page.evaluate(OUTERMOST)}")
    return found


def too_small(page: Page, text: int, target: int) -> list[str]:
    """Text and targets under these sizes."""
    small = [f"text under {text} px: {e}" for e in page.evaluate(SMALLEST_TEXT, text)]
    return small + [f"target under {target} px: {e}" for e in page.evaluate(SMALL_TARGETS, target)]
