"""The demo and the developer's machine: SQLite, generated people, keys that protect nothing real."""

from .base import *  # noqa: F403
from .base import env
from .secrets import DEMO_INDEX_KEY, DEMO_KEYS, DEMO_SECRET_KEY, parse_hex, parse_keys

DEBUG = env.bool("SONGHE_DEBUG", False)
SECRET_KEY = env.str("SONGHE_SECRET_KEY", DEMO_SECRET_KEY)
ALLOWED_HOSTS = env.list("SONGHE_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SYNTHETIC = env.bool("SONGHE_SYNTHETIC", True)
REQUIRE_SECOND_FACTOR = env.bool("SONGHE_REQUIRE_SECOND_FACTOR", False)
SONGHE_KEYS = parse_keys(env.str("SONGHE_KEYS", DEMO_KEYS))
SONGHE_ACTIVE_KEY = next(iter(SONGHE_KEYS), "")
SONGHE_INDEX_KEY = parse_hex("SONGHE_INDEX_KEY", env.str("SONGHE_INDEX_KEY", DEMO_INDEX_KEY))
WHITENOISE_USE_FINDERS = True
