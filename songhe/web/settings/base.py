"""Settings that every way of running Songhe shares.

Everything a deployment may change comes from the environment and is read here,
so that ``grep env(`` lists the whole surface.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, SELF

from .secrets import parse_hex, parse_keys

PACKAGE = Path(__file__).resolve().parents[2]
ROOT = PACKAGE.parent
env = environ.Env()

VAR = Path(env.str("SONGHE_VAR", str(ROOT / "var")))
# One database, one folder of files: what a database does not know of is swept away.
MEDIA = Path(env.str("SONGHE_MEDIA", str(VAR / "media")))
DISTRICTS = Path(env.str("SONGHE_DISTRICTS", str(ROOT / "districts")))
POLICIES = Path(env.str("SONGHE_POLICIES", str(ROOT / "policies")))

# Processes that long work on PostgreSQL may use at once; 0: as many as the machine has cores.
CORES = env.int("SONGHE_CORES", 0)

DEBUG = False
SECRET_KEY = env.str("SONGHE_SECRET_KEY", "")
ALLOWED_HOSTS = env.list("SONGHE_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("SONGHE_ORIGINS", default=[])

SITE_NAME = env.str("SONGHE_SITE_NAME", "松鹤")
# The district this installation serves; one district is one database.
DISTRICT = env.str("SONGHE_DISTRICT", "putuo")
# Every page of an installation that carries generated people says so.
SYNTHETIC = env.bool("SONGHE_SYNTHETIC", False)
HOTLINE = env.str("SONGHE_HOTLINE", "12345")
# Address template of a reviewed base map (审图号); empty means boundaries only.
MAP_TILES = env.str("SONGHE_MAP_TILES", "")
MAP_TILES_ATTRIBUTION = env.str("SONGHE_MAP_TILES_ATTRIBUTION", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "songhe.kernel.areas",
    "songhe.kernel.access",
    "songhe.kernel.events",
    "songhe.kernel.ledger",
    "songhe.kernel.calendar",
    "songhe.kernel.jobs",
    "songhe.kernel.sheets",
    "songhe.kernel.process",
    "songhe.kernel.screens",
    "songhe.register.people",
    "songhe.register.sites",
    "songhe.register.workforce",
    "songhe.register.agreements",
    "songhe.delivery.catalogue",
    "songhe.delivery.plans",
    "songhe.delivery.visits",
    "songhe.care.assessment",
    "songhe.care.ltci",
    "songhe.oversight.indicators",
    "songhe.oversight.cockpit",
    "songhe.desk.cases",
    "songhe.desk.worklist",
    "songhe.desk.intake",
    "songhe.desk.portal",
    "songhe.web",
    "songhe.simulation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "songhe.web.middleware.RequestIdMiddleware",
    "songhe.web.middleware.PlainTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "songhe.kernel.access.middleware.PostMiddleware",
    "songhe.kernel.screens.middleware.ScreenMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "songhe.web.urls"
WSGI_APPLICATION = "songhe.web.wsgi.application"

LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", LOADERS)]),
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "songhe.kernel.screens.templatetags.songhe",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "songhe.kernel.screens.context.house",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'songhe.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE + WAL: writers queue instead of failing with "locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;"
        "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "songhe.web.accounts.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # lock-out is django-axes' alone, kept across workers
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_FORMS = {"authenticate": "songhe.web.accounts.AuthenticateForm"}
# Posts that open other people's files need a second factor in service; a demo may switch it off.
REQUIRE_SECOND_FACTOR = env.bool("SONGHE_REQUIRE_SECOND_FACTOR", True)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["username", "login", "ip_address"]
AXES_USERNAME_FORM_FIELD = "login"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "songhe.web.errors.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["songhe.web.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
# Every app's own static/ is found by itself, this package's too: what is named here is only what lies outside.
STATICFILES_DIRS = [("vendor", VAR / "vendor")]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA, "base_url": None},
    },
    "staticfiles": {"BACKEND": "songhe.web.storage.KeptStaticFiles"},
}
MEDIA_ROOT = MEDIA
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "ENQUEUE_ON_COMMIT": True}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *([MAP_TILES.split("/{")[0]] if MAP_TILES else [])],
        "worker-src": [SELF, "blob:"],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
PERMISSIONS_POLICY = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()"

# Field protection (国密 by default). Keys: "k2:<32 hex>,k1:<32 hex>"; the first is the active one.
SONGHE_CIPHER = env.str("SONGHE_CIPHER", "sm4-gcm")
SONGHE_KEYS = parse_keys(env.str("SONGHE_KEYS", ""))
SONGHE_ACTIVE_KEY = next(iter(SONGHE_KEYS), "")
SONGHE_INDEX_KEY = parse_hex("SONGHE_INDEX_KEY", env.str("SONGHE_INDEX_KEY", ""))

# One line an event, people masked; "json" for a log collector.
LOGGING_CONFIG = "songhe.kernel.logs.configure"
LOGGING = {"level": env.str("SONGHE_LOG_LEVEL", "INFO"), "form": env.str("SONGHE_LOG_FORMAT", "lines")}

# Days for which an uploaded sheet waits to be confirmed before it is purged.
IMPORT_STAGING_DAYS = env.int("SONGHE_IMPORT_STAGING_DAYS", 30)
# A folder of fonts for papers, where the system has none that knows Chinese.
PAPER_FONTS = env.str("SONGHE_PAPER_FONTS", "")

SILENCED_SYSTEM_CHECKS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
