"""Service. Refuses to start when a secret is missing, short or the demo's, or hosts are open."""

from django.core.exceptions import ImproperlyConfigured

from . import dev
from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, SECRET_KEY, SONGHE_INDEX_KEY, SONGHE_KEYS, env

DEBUG = False
SECURE_SSL_REDIRECT = env.bool("SONGHE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True


def refuse(setting: str, reason: str) -> None:
    """Stop the start with one line that names the setting to mend."""
    raise ImproperlyConfigured(f"{setting}: {reason}")


if env.bool("SONGHE_DEBUG", False):
    refuse("SONGHE_DEBUG", "生产环境不得开启调试 (debug must be off in production)")
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("demo-only-"):
    refuse("SONGHE_SECRET_KEY", "须为 50 个字符以上的随机值 (set a random value of at least 50 characters)")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    refuse("SONGHE_HOSTS", "须列明域名，不得为空或 * (name the hosts; neither empty nor *)")
if not SONGHE_KEYS or set(SONGHE_KEYS.values()) & set(dev.SONGHE_KEYS.values()):
    refuse("SONGHE_KEYS", "须为自有的字段加密密钥 (set field keys of your own: k1:<32 hex digits>)")
if any(len(key) != 16 for key in SONGHE_KEYS.values()):
    refuse("SONGHE_KEYS", "每个密钥须为 32 位十六进制 (each key is 32 hex digits)")
if len(SONGHE_INDEX_KEY) < 32 or dev.SONGHE_INDEX_KEY == SONGHE_INDEX_KEY:
    refuse("SONGHE_INDEX_KEY", "须为自有的 64 位十六进制索引密钥 (set an index key of 64 hex digits)")
