"""Service refuses to start unsafely, and says which setting to mend.

Each case loads the settings in a process of its own, as a real start does.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SAFE = {
    "SONGHE_SECRET_KEY": "h7w0ZQx9" * 8,
    "SONGHE_HOSTS": "songhe.example.gov.cn",
    "SONGHE_KEYS": "k2:00112233445566778899aabbccddeeff,k1:ffeeddccbbaa99887766554433221100",
    "SONGHE_INDEX_KEY": "0123456789abcdef" * 4,
}
DEMO_KEY = "demo1:" + "5c" * 16


def start(**changes):
    """Load the production settings; None removes a setting. Returns (exit code, what it said)."""
    given = {k: v for k, v in {**SAFE, **changes}.items() if v is not None}
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SONGHE_", "DATABASE_URL", "DJANGO_"))}
    code = (
        "from django.conf import settings as s\n"
        "print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SONGHE_ACTIVE_KEY,"
        " s.REQUIRE_SECOND_FACTOR, s.SYNTHETIC, s.SECURE_HSTS_SECONDS > 0, s.SESSION_COOKIE_HTTPONLY)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**clean, **given, "DJANGO_SETTINGS_MODULE": "songhe.web.settings.production", "PYTHONUTF8": "1"},
    )
    return done.returncode, done.stdout + done.stderr.strip().rpartition("\n")[2]


def test_with_its_own_secrets_and_hosts_it_starts_closed():
    code, said = start()
    assert code == 0, said
    assert said.split() == ["False", "True", "True", "True", "k2", "True", "False", "True", "True"]


@pytest.mark.parametrize(("setting", "value"), [
    ("SONGHE_DEBUG", "1"),
    ("SONGHE_SECRET_KEY", None),
    ("SONGHE_SECRET_KEY", ""),
    ("SONGHE_SECRET_KEY", "short"),
    ("SONGHE_SECRET_KEY", "demo-only-" + "0" * 50),
    ("SONGHE_SECRET_KEY", "a" * 60),
    ("SONGHE_HOSTS", None),
    ("SONGHE_HOSTS", ""),
    ("SONGHE_HOSTS", "*"),
    ("SONGHE_HOSTS", "songhe.example.gov.cn,*"),
    ("SONGHE_HOSTS", "."),
    ("SONGHE_KEYS", None),
    ("SONGHE_KEYS", ""),
    ("SONGHE_KEYS", DEMO_KEY),
    ("SONGHE_KEYS", SAFE["SONGHE_KEYS"] + "," + DEMO_KEY),
    ("SONGHE_KEYS", "k1:0011"),
    ("SONGHE_KEYS", "k1:not-hex"),
    ("SONGHE_KEYS", "k1:" + "00" * 16),
    ("SONGHE_KEYS", "nocolon"),
    ("SONGHE_INDEX_KEY", None),
    ("SONGHE_INDEX_KEY", ""),
    ("SONGHE_INDEX_KEY", "a7" * 32),
    ("SONGHE_INDEX_KEY", "0011"),
    ("SONGHE_INDEX_KEY", "00" * 32),
    ("SONGHE_INDEX_KEY", "not hex"),
    ("SONGHE_REQUIRE_SECOND_FACTOR", "0"),
])
def test_an_unsafe_setting_stops_the_start_and_is_named(setting, value):
    code, said = start(**{setting: value})
    assert code != 0
    assert "ImproperlyConfigured" in said
    assert setting in said


@pytest.mark.parametrize("secret", ["SONGHE_SECRET_KEY", "SONGHE_KEYS", "SONGHE_INDEX_KEY"])
def test_the_refusal_never_prints_the_secret(secret):
    value = {"SONGHE_SECRET_KEY": "hunter2hunter2", "SONGHE_KEYS": "k1:5ec2e7", "SONGHE_INDEX_KEY": "5ec2e7"}[secret]
    code, said = start(**{secret: value})
    assert code != 0
    assert "hunter2" not in said
    assert "5ec2e7" not in said
