"""Structured logging that cannot tell who somebody is.

Every line is key-value, carries the request id, and goes through `mask_personal` last: identity
numbers and telephone numbers are masked wherever they stand, in tracebacks too; fields that hold a
name, an address or free text about a person are masked by their key. Two settings: SONGHE_LOG_LEVEL and
SONGHE_LOG_FORMAT ("json" in service, "lines" for people).
"""

import logging
import logging.config
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from .crypto import Sealed
from .identity import mask_address, mask_identity, mask_name, mask_phone

EventDict = MutableMapping[str, Any]

# A digit more on either side and it is an account or an order number, which we need to read.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<![0-9])021[- ]?[2-9][0-9]{7}(?![0-9])")

_NAMES = frozenset(
    ["name", "full_name", "person_name", "elder", "relative", "applicant", "contact", "reader", "given_by"]
)
_ADDRESSES = frozenset(["address", "home_address", "residence", "hukou_address", "registered_address"])
_IDENTITIES = frozenset(["identity", "identity_number", "id_number"])
_PHONES = frozenset(["phone", "mobile", "telephone"])
# What people write about people, and what opens doors: never in a log, not even in part.
_WITHHELD = frozenset(
    ["password", "token", "secret", "cookie", "authorization", "diagnosis", "notes", "reason_text", "body"]
)
_WITHHOLDING = "（不记录）"
_DEEP = 6


def _text(value: str) -> str:
    value = _IDENTITY.sub(lambda m: mask_identity(m[0]), value)
    value = _MOBILE.sub(lambda m: mask_phone(m[0]), value)
    return _LANDLINE.sub(lambda m: mask_phone(m[0]), value)


def _by_key(key: str, value: str) -> str | None:
    if key in _WITHHELD:
        return _WITHHOLDING
    for keys, mask in (
        (_NAMES, mask_name), (_ADDRESSES, mask_address), (_IDENTITIES, mask_identity), (_PHONES, mask_phone)
    ):
        if key in keys:
            return mask(value)
    return None


def masked(value: Any, key: str = "", depth: int = 0) -> Any:
    """The value as a log may hold it; containers are masked inside, unknown objects by their text."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        # A phone number kept as an int is still a phone number.
        shown = masked(str(value), key, depth)
        return value if shown == str(value) else shown
    if depth > _DEEP:
        return "…"
    if isinstance(value, Mapping):
        return {str(k): masked(v, str(k).lower(), depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(v, key, depth + 1) for v in value]
    text = repr(value) if isinstance(value, Sealed) else str(value)
    by_key = _by_key(key, text)
    return _text(text) if by_key is None else by_key


def mask_personal(_: Any, __: str, event: EventDict) -> EventDict:
    """structlog processor: mask everything but the bookkeeping of the logger itself."""
    own = ("level", "logger", "timestamp")
    return {key: value if key in own else masked(value, key.lower()) for key, value in event.items()}


_BEFORE: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    structlog.processors.StackInfoRenderer(),
]


def configure(options: Mapping[str, str]) -> None:
    """Django's LOGGING_CONFIG: LOGGING holds only `level` and `form`; see `configuration`.

    Here and not in the settings, because masking needs modules that need the settings.
    """
    logging.config.dictConfig(configuration(**options))


def configuration(level: str = "INFO", form: str = "lines") -> dict[str, Any]:
    """Django's LOGGING: the standard library's loggers and structlog's through one chain.

    Also sets structlog up, so that ``structlog.get_logger()`` works wherever settings are loaded.
    """
    structlog.configure(
        processors=[*_BEFORE, structlog.stdlib.PositionalArgumentsFormatter(),
                    structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "event"], drop_missing=True, repr_native_str=False
        )
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "house": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_BEFORE, structlog.stdlib.ExtraAdder()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    mask_personal,
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "house"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Its own handlers would print beside ours, unmasked.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # SQL carries the values it is run with.
            "django.db.backends": {"level": max(logging.INFO, logging.getLevelName(level))},
            "axes": {"level": "WARNING"},
        },
    }
