"""The test run: plain static names, quick password hashes, jobs done at once."""

from .dev import *  # noqa: F403
from .dev import DATABASES, STORAGES, env

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# A fixture that touches the database before the run has prepared one finds nothing, and never the demo's.
DATABASES = {"default": {**DATABASES["default"], "NAME": ":memory:"}}
if url := env.str("DATABASE_URL_TEST", ""):
    DATABASES = {"default": env.db_url_config(url)}
AXES_ENABLED = env.bool("SONGHE_TEST_AXES", True)
# Every test client begins anew: a static file is looked for when one is asked for, not all of them at each beginning.
WHITENOISE_AUTOREFRESH = True
