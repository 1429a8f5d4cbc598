"""gunicorn around the house, configured from our own options and in this very process."""

from typing import Any

from gunicorn.app.base import BaseApplication


class House(BaseApplication):  # type: ignore[misc]
    """Serves songhe.web.wsgi; `options` are gunicorn settings by name."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from songhe.web.wsgi import application

        return application
