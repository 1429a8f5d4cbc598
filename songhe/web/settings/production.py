"""Service. Refuses to start when a secret is missing, short or the demo's, or hosts are open."""

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, REQUIRE_SECOND_FACTOR, SECRET_KEY, SONGHE_INDEX_KEY, SONGHE_KEYS, env
from .secrets import check_service

DEBUG = False
SECURE_SSL_REDIRECT = env.bool("SONGHE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

check_service(
    debug=env.bool("SONGHE_DEBUG", False),
    secret_key=SECRET_KEY,
    hosts=ALLOWED_HOSTS,
    keys=SONGHE_KEYS,
    index_key=SONGHE_INDEX_KEY,
    second_factor=REQUIRE_SECOND_FACTOR,
)
