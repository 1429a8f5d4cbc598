"""Reading secrets from the environment, and knowing a weak one when it comes.

Messages name the setting and never repeat its value: they end up in logs.
"""

from django.core.exceptions import ImproperlyConfigured

# The demo's. They protect generated people only, and service refuses them.
DEMO_SECRET_KEY = "demo-only-" + "0" * 50
DEMO_KEYS = "demo1:" + "5c" * 16
DEMO_INDEX_KEY = "a7" * 32

KEY_BYTES = 16
INDEX_BYTES = 32
_FEWEST = 8


def refuse(setting: str, reason: str) -> ImproperlyConfigured:
    """One line that names the setting to mend."""
    return ImproperlyConfigured(f"{setting}: {reason}")


def parse_hex(setting: str, text: str) -> bytes:
    """The bytes of a hexadecimal setting; empty for an empty one."""
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        raise refuse(setting, "须为十六进制 (hexadecimal digits only)") from None


def parse_keys(text: str, setting: str = "SONGHE_KEYS") -> dict[str, bytes]:
    """Read ``k2:hex,k1:hex`` into an ordered mapping of key id to key bytes; the first is active."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, colon, key = part.partition(":")
        if not colon or not name.strip() or "." in name:
            raise refuse(setting, "写作 编号:密钥，多个以逗号分隔 (write k2:<32 hex digits>,k1:<32 hex digits>)")
        if name.strip() in keys:
            raise refuse(setting, f"编号 {name.strip()} 重复 (a key id appears twice)")
        keys[name.strip()] = parse_hex(setting, key)
    return keys


def is_weak(secret: bytes | str) -> bool:
    """Nobody's random value repeats so few characters."""
    return len(set(secret)) < _FEWEST


def check_service(
    *, debug: bool, secret_key: str, hosts: list[str], keys: dict[str, bytes], index_key: bytes, second_factor: bool
) -> None:
    """Raise ImproperlyConfigured for the first setting with which service would not be safe."""
    if debug:
        raise refuse("SONGHE_DEBUG", "生产环境不得开启调试 (debug must be off in production)")
    if len(secret_key) < 50 or secret_key.startswith("demo-only-") or is_weak(secret_key):
        raise refuse("SONGHE_SECRET_KEY", "须为 50 个字符以上的随机值 (set a random value of at least 50 characters)")
    if not hosts or any(host.strip(".* ") == "" for host in hosts):
        raise refuse("SONGHE_HOSTS", "须列明域名，不得为空或 * (name the hosts; neither empty nor *)")
    if not keys or set(keys.values()) & set(parse_keys(DEMO_KEYS).values()):
        raise refuse("SONGHE_KEYS", "须为自有的字段加密密钥 (set field keys of your own: k1:<32 hex digits>)")
    if any(len(key) != KEY_BYTES or is_weak(key) for key in keys.values()):
        raise refuse("SONGHE_KEYS", "每个密钥须为 32 位随机十六进制 (each key is 32 random hex digits)")
    if len(index_key) < INDEX_BYTES or index_key == bytes.fromhex(DEMO_INDEX_KEY) or is_weak(index_key):
        raise refuse("SONGHE_INDEX_KEY", "须为自有的 64 位随机十六进制索引密钥 (set an index key of 64 random hex digits)")
    if not second_factor:
        raise refuse("SONGHE_REQUIRE_SECOND_FACTOR", "生产环境工作人员须使用动态口令 (staff need a second factor in production)")
