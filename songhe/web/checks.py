"""System checks of the face."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Tags, Warning, register

NEEDED = (
    "vendor/bootstrap/bootstrap.min.css",
    "vendor/leaflet/leaflet.js",
    "vendor/leaflet/leaflet.css",
    "vendor/echarts/echarts.min.js",
    "vendor/icons.svg",
)
_HINT = "run make assets"


def missing_vendor_files() -> list[str]:
    """Which of the third-party files the pages ask for are neither collected nor findable."""
    collected = getattr(settings, "STATIC_ROOT", None)
    return [
        name
        for name in NEEDED
        if finders.find(name) is None
        and not (collected and (Path(collected) / name).exists())
    ]


@register(Tags.staticfiles)
def vendor_files(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn on every command: pages would stand unstyled, but migrations can still run."""
    if missing := missing_vendor_files():
        text = f"vendor files missing: {', '.join(missing)}"
        return [Warning(text, hint=_HINT, id="songhe.web.W001")]
    return []


@register(Tags.staticfiles, deploy=True)
def vendor_files_in_production(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A deployment without its files does not pass `check --deploy`."""
    if missing_vendor_files():
        return [Error("vendor files missing", hint=_HINT, id="songhe.web.E001")]
    return []
