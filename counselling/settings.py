"""Every setting, driven by the environment. `deploy/env.sample` documents each variable; a test holds both together.

Keys come from the master key file (`COUNSELLING_KEY_FILE`), never from the environment; there stands only what is
shared with another program: passwords in addresses of services, and the relay's secret.
"""

import os
from pathlib import Path

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

# Lets ModelAdmin[…] and ModelForm[…] name their model at run time as they do for mypy.
django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parent.parent


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """A comma separated list without empty words."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


# --- What kind of server this is -------------------------------------------------------------------------------------
# `demo` is set only by `counselling demo`: loopback, plain http, unprefixed cookies named with the port (pitfalls 27).
DEMO = flag("COUNSELLING_DEMO")
PORT = int(os.environ.get("PORT", "8000"))
DEBUG = False
VAR = Path(os.environ.get("COUNSELLING_VAR", ROOT / "var"))

# Where `counselling backup` writes to unless told otherwise, and `check` and `/readyz` look.
BACKUP_DIRECTORY = Path(there) if (there := os.environ.get("COUNSELLING_BACKUP_DIRECTORY", "").strip()) else None
# Public keys (age1…) whose private halves never lie here; another may be the key parcel's.
BACKUP_RECIPIENTS = words("COUNSELLING_BACKUP_RECIPIENT")
BACKUP_KEY_RECIPIENTS = words("COUNSELLING_BACKUP_KEY_RECIPIENT") or BACKUP_RECIPIENTS
# No parcel grows older: it holds what was deleted since (pitfalls 22).
BACKUP_DAYS = min(14, max(2, int(os.environ.get("COUNSELLING_BACKUP_DAYS", "14"))))
# With less than this free, where either lies, `/readyz` and `check` say that it is full.
DISK_FREE_BYTES = int(os.environ.get("COUNSELLING_DISK_FREE_MB", "1024")) * 1024**2

# --- Names this server answers to ------------------------------------------------------------------------------------
ALLOWED_HOSTS = words("COUNSELLING_HOSTS", "127.0.0.1,localhost")
# Exact origins: an allowed host under another scheme or port is a foreign origin (security.md 3, no. 8).
ORIGINS = words("COUNSELLING_ORIGINS", f"http://127.0.0.1:{PORT},http://localhost:{PORT}")
CSRF_TRUSTED_ORIGINS = ORIGINS
# Trust the last X-Forwarded-For entry and X-Forwarded-Proto: only where every request comes through our own nginx.
BEHIND_PROXY = flag("COUNSELLING_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Keys ------------------------------------------------------------------------------------------------------------
MASTER_KEY_FILE = Path(os.environ.get("COUNSELLING_KEY_FILE", VAR / "master.key"))


def _secret_key() -> str:
    """Django's operational secret (sessions, CSRF), derived from the master key file; nothing in the environment."""
    from counselling.vault import master  # noqa: PLC0415 -- the vault reads MASTER_KEY_FILE from this module

    return master.django_secret(MASTER_KEY_FILE)


def _earlier_secret_keys() -> list[str]:
    """Of the keys before a rotation: whoever is signed in stays signed in."""
    from counselling.vault import master  # noqa: PLC0415 -- as above

    return master.django_fallbacks(MASTER_KEY_FILE)


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = _earlier_secret_keys()

# --- Database --------------------------------------------------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite:///{VAR / 'counselling.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
# Of a real database, per process: five are the chat's own, the rest is shared by requests.
DATABASE_CONNECTIONS = int(os.environ.get("COUNSELLING_DATABASE_CONNECTIONS", "20"))
EMBEDDED = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if EMBEDDED:
    DATABASES["default"] |= {
        "ENGINE": "counselling.sqlite",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Only what is on disk is acknowledged (design section 4): synchronous=FULL syncs the WAL at each commit.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
        # A file also under test: threads and a real server share it.
        "TEST": {"NAME": VAR / "test.sqlite3"},
    }
else:
    DATABASES["default"] |= {
        "ENGINE": "counselling.postgres",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # A machine that vanished without a word is noticed within some 15 s, not the kernel's quarter of an hour.
            "connect_timeout": 5,  # seconds, as the next three
            "keepalives": 1,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,  # ms that sent bytes may stay unacknowledged
            **DATABASES["default"].get("OPTIONS", {}),  # the address's own, such as ?sslmode=verify-full
            "options": "-c synchronous_commit=on -c lock_timeout=5000",
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: nudges, hints and the cache; never text ------------------------------------------------------------------
REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {
                # Longer than the layer's own wait of 5 s: redis-py 8 else takes every silence for an outage.
                # Looked at before use when idle, since the pool's other connections are stale after an outage.
                "hosts": [
                    {
                        "address": REDIS_URL,
                        "socket_timeout": 20,
                        "socket_connect_timeout": 2,
                        "health_check_interval": 10,
                        "retry": Retry(NoBackoff(), 1),  # redis-py's own three, with pauses, would hide an outage
                    }
                ],
                "capacity": 10_000,
                "expiry": 10,
                "group_expiry": 21_600,
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},  # a hanging Redis must not hang a page
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}}
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},  # the default of 300 would throw out counters and replay marks
        }
    }

# --- Applications and the path of a request --------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",  # before people, which takes its groups out of the admin
    "counselling.people",
    "counselling.centre",
    "counselling.cases",
    "counselling.mail",
    "counselling.statistics",
    "chat",
    "blended",
    "counselling.web",
    "django.contrib.admin",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "counselling.web.middleware.privacy_headers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "counselling.people.middleware.StaffSessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "counselling.web.errors.domain_errors",
]
ROOT_URLCONF = "counselling.urls"
ASGI_APPLICATION = "counselling.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "counselling.centre.context.centre",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "counselling.web.templatetags.look"],
        },
    }
]

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Staff"
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "cases:desk"
# The first also gives the key around the private half; accounts from before the vault change over as they sign in.
PASSWORD_HASHERS = ["counselling.people.hashers.VaultHasher", "django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "alias")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "counselling.people.password_rules.HardToGuess"},
]

# Where quick exit leads when the centre names no other site: something anybody might have open.
EXIT_URL = os.environ.get("COUNSELLING_EXIT_URL", "https://www.wetter.com/")
CSRF_FAILURE_VIEW = "counselling.web.errors.csrf_failure"

# --- Cookies ---------------------------------------------------------------------------------------------------------
_prefix, _suffix = ("", f"_{PORT}") if DEMO else ("__Host-", "")
SEEKER_COOKIE_NAME = f"{_prefix}seat{_suffix}"
SESSION_COOKIE_NAME = f"{_prefix}team{_suffix}"
VAULT_COOKIE_NAME = f"{_prefix}vault{_suffix}"  # the token around a member of staff's private half
HALFWAY_COOKIE_NAME = f"{_prefix}step{_suffix}"  # the same between the password and the second step
KNOWN_COOKIE_NAME = f"{_prefix}known{_suffix}"  # staff signed in here before: their tries are counted apart
CSRF_COOKIE_NAME = f"{_prefix}form{_suffix}"
LANGUAGE_COOKIE_NAME = f"{_prefix}language{_suffix}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_AGE = None  # like all our cookies but KNOWN it goes with the browser
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Headers (design section 7; pitfalls 2: no-referrer would break every form) ---------------------------------------
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = False if DEMO else flag("COUNSELLING_TLS_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *(origin.replace("http", "ws", 1) for origin in ORIGINS)],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
# No form of ours is larger; files come in pieces of 64 KiB. `FILE_…` is what is kept in memory at all: web/patient.py
# takes no larger body, so that none is ever spooled to disk in clear (pitfalls 21).
DATA_UPLOAD_MAX_MEMORY_SIZE = 98_304
FILE_UPLOAD_MAX_MEMORY_SIZE = 131_072

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("Deutsch")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# --- Static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("COUNSELLING_STATIC", VAR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "counselling.web.storage.ModuleStaticFilesStorage"},
}

# --- Mail: only content-free alerts to staff, and to young people who want them --------------------------------------
EMAIL_BACKEND = (
    "counselling.mail.backend.NeutralBackend"
    if os.environ.get("COUNSELLING_SMTP_HOST")
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = os.environ.get("COUNSELLING_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("COUNSELLING_SMTP_PORT", "25"))
# starttls and tls check the server's certificate; without them nothing but a relay of one's own is fit.
SMTP_SECURITY = os.environ.get("COUNSELLING_SMTP_SECURITY", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP_SECURITY == "starttls", SMTP_SECURITY == "tls"
EMAIL_HOST_USER = os.environ.get("COUNSELLING_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("COUNSELLING_SMTP_PASSWORD", "")
EMAIL_TIMEOUT = 10  # seconds for each step: sending has its own thread, but must end one day
DEFAULT_FROM_EMAIL = os.environ.get("COUNSELLING_MAIL_FROM", "noreply@localhost")

# --- Voice and video: the relay between two browsers (deploy/coturn); without it there are no calls -------------------
TURN_URLS = tuple(words("COUNSELLING_TURN_URLS"))
TURN_SECRET = os.environ.get("COUNSELLING_TURN_SECRET", "").strip()

# --- Limits and times (units in the names) ---------------------------------------------------------------------------
MESSAGES_PER_SECOND = float(os.environ.get("COUNSELLING_MESSAGES_PER_SECOND", "2"))
MESSAGES_BURST = int(os.environ.get("COUNSELLING_MESSAGES_BURST", "20"))
CLOSED_CHAT_HOURS = int(os.environ.get("COUNSELLING_CLOSED_CHAT_HOURS", "24"))
KEPT_CASE_MONTHS = int(os.environ.get("COUNSELLING_KEPT_CASE_MONTHS", "12"))
SILENT_CHAT_MINUTES = int(os.environ.get("COUNSELLING_SILENT_CHAT_MINUTES", "30"))
COUNSELLOR_GRACE_SECONDS = int(os.environ.get("COUNSELLING_COUNSELLOR_GRACE_SECONDS", "120"))
CALL_MINUTES = int(os.environ.get("COUNSELLING_CALL_MINUTES", "5"))
KEPT_PLACE_MINUTES = int(os.environ.get("COUNSELLING_KEPT_PLACE_MINUTES", "15"))
STAFF_IDLE_MINUTES = int(os.environ.get("COUNSELLING_STAFF_IDLE_MINUTES", "15"))
RISK_RECORD_MONTHS = max(1, int(os.environ.get("COUNSELLING_RISK_RECORD_MONTHS", "36")))
CONSULTATION_DAYS = max(1, int(os.environ.get("COUNSELLING_CONSULTATION_DAYS", "14")))
# Control centres of rescue services by town, with numbers that work from elsewhere: "Ulm=0731 …; Biberach=07351 …".
CONTROL_CENTRES = tuple(
    (town.strip(), number.strip())
    for town, _, number in (one.partition("=") for one in os.environ.get("COUNSELLING_CONTROL_CENTRES", "").split(";"))
    if town.strip() and number.strip()
)
AUDIT_MONTHS = max(1, int(os.environ.get("COUNSELLING_AUDIT_MONTHS", "24")))
NOBODY_HERE_MINUTES = int(os.environ.get("COUNSELLING_NOBODY_HERE_MINUTES", "5"))
# Whose public holidays do not count as working days: country and state as the `holidays` library names them.
# Between which hours a working day is worked, for the desk's light: letters promise days, counsellors plan hours.
WORKDAY_HOURS = tuple(int(hour) for hour in os.environ.get("COUNSELLING_WORKDAY", "9-17").split("-"))
HOLIDAYS_OF = tuple(os.environ.get("COUNSELLING_HOLIDAYS_OF", "DE-BW").partition("-")[::2])
# Appointments: how many of one case may stand open, how soon and how far ahead young people book.
DATES_OPEN_MOST = max(1, int(os.environ.get("COUNSELLING_DATES_OPEN_MOST", "3")))
DATES_LEAD_MINUTES = max(0, int(os.environ.get("COUNSELLING_DATES_LEAD_MINUTES", "30")))
DATES_AHEAD_WEEKS = max(1, int(os.environ.get("COUNSELLING_DATES_AHEAD_WEEKS", "8")))
# Hardness of the proof of work at the start of a chat; 0 switches it off in favour of a stricter limit.
PROOF_OF_WORK = int(os.environ.get("COUNSELLING_PROOF_OF_WORK", "200000"))

# --- Logs: no request lines, no addresses, no content ----------------------------------------------------------------
LOG = "plain" if os.environ.get("COUNSELLING_LOG", "plain" if DEMO else "json").strip() == "plain" else "json"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "counselling.web.logs.JsonLines"},
        "plain": {"()": "counselling.web.logs.Lines"},
    },
    "handlers": {
        "console": {"class": "counselling.web.logs.Console", "formatter": LOG},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "counselling": {"level": "INFO"},
        # These would write paths, hosts or exceptions of a request; our own error edge logs the kind alone.
        "django.request": {"level": "CRITICAL"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "django.security": {"level": "CRITICAL"},
        "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": False},
        "django.channels": {"level": "WARNING"},
        "channels_redis": {"level": "ERROR"},
        "daphne": {"level": "ERROR"},
        "daphne.server": {"handlers": ["nowhere"], "propagate": False},  # `serve` says itself why it cannot listen
    },
}
