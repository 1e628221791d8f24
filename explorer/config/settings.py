"""Django settings. Everything a deployment may choose is an environment variable, read by `Environment`."""

import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from explorer.config.network import lan_addresses

BASE_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Environment:
    """What the environment says, parsed. `docs/operate.md` lists every variable with its meaning."""

    secret_key: str
    debug: bool
    allowed_hosts: tuple[str, ...]
    csrf_trusted_origins: tuple[str, ...]
    database_url: str
    redis_url: str
    data_dir: Path
    https: bool
    direct_write: bool
    report_url: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Return the environment's choices, defaults filled in.

        Raises ImproperlyConfigured when a switch is neither on nor off.
        """
        return cls(
            secret_key=environ.get("SECRET_KEY", ""),
            debug=_switch(environ, "DEBUG"),
            allowed_hosts=_words(environ, "ALLOWED_HOSTS"),
            csrf_trusted_origins=_words(environ, "CSRF_TRUSTED_ORIGINS"),
            database_url=environ.get("DATABASE_URL", ""),
            redis_url=environ.get("REDIS_URL", ""),
            data_dir=Path(environ.get("DATA_DIR") or BASE_DIR / ".data").absolute(),
            https=_switch(environ, "HTTPS"),
            direct_write=_switch(environ, "DIRECT_WRITE", unsaid=True),
            report_url=_report_url(environ),
        )


def _words(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in environ.get(name, "").split(",") if word.strip())


def _switch(environ: Mapping[str, str], name: str, *, unsaid: bool = False) -> bool:
    value = environ.get(name, "").strip().lower()
    if not value:
        return unsaid
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off: write {name}=1 or {name}=0.")


def _report_url(environ: Mapping[str, str]) -> str:
    template = environ.get("REPORT_URL", "").strip()
    if template and urlsplit(template).scheme not in {"http", "https", "mailto"}:
        raise ImproperlyConfigured(
            f"REPORT_URL={template!r} leads nowhere: begin with https://, http:// or mailto:,"
            " and write {address}, {title} or {text} where the report belongs."
        )
    return template


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Return Django's database settings for `url`; an empty one means SQLite in `data_dir`.

    Raises ImproperlyConfigured for a scheme other than sqlite, postgres, postgresql.
    """
    if not url:
        return _sqlite(data_dir / "orrery.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        # As everywhere: three slashes for a relative path, four for an absolute one.
        return _sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with {parts.scheme!r}: write sqlite:///file or postgres://user:password@host/name."
    )


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 5,  # seconds; a writer waits for another instead of failing
            # A transaction takes the write lock as it begins: it waits there and never fails half-way.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def kept_secret(data_dir: Path) -> str:
    """Return the secret key kept beside the database; made on first use, readable by its owner only.

    Raises ImproperlyConfigured when nothing can be kept in `data_dir`.
    """
    try:
        return _kept_secret(data_dir)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR={data_dir} cannot be used ({error.strerror}): name a folder that can be written."
        ) from error


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place: of two processes that start at once, both read the same key.
        fresh = data_dir / f"secret-key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64), encoding="ascii")
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def without_trace(record: logging.LogRecord) -> bool:
    """Take the traceback out of a log record, and what is endless out of its line; let it pass."""
    record.msg, record.args = record.getMessage()[:300], ()
    record.exc_info = record.exc_text = None
    return True


ENVIRONMENT = Environment.read(os.environ)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key or kept_secret(ENVIRONMENT.data_dir)
LAN_ADDRESSES = lan_addresses()
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts) or [
    "localhost",
    "127.0.0.1",
    "[::1]",
    ".local",
    *LAN_ADDRESSES,
]
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.csrf_trusted_origins)

REPORT_URL = ENVIRONMENT.report_url

INSTALLED_APPS = [
    "modeltranslation",  # before admin, whose forms it extends
    "daphne",  # before staticfiles, whose runserver it replaces
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "explorer.config.apps.ExplorerConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads its answers, and Django masks the CSRF token: no BREACH
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",  # no cookie until the admin writes a session
    "explorer.web.preferences.ChosenLanguageMiddleware",  # `?lang=` first, then what LocaleMiddleware knows
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "explorer.web.errors.AnswerKnownErrorsMiddleware",
]

ROOT_URLCONF = "explorer.config.urls"
ASGI_APPLICATION = "explorer.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "explorer.web.context.page",
            ],
        },
    },
]

DATABASES = {"default": database(ENVIRONMENT.database_url, ENVIRONMENT.data_dir)}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [ENVIRONMENT.redis_url]},
        }
        if ENVIRONMENT.redis_url
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    ),
}

# Whether live texts may be written straight to Daphne's connections (explorer/live/outlets.py).
DIRECT_WRITE = ENVIRONMENT.direct_write

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "explorer" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
TIME_ZONE = "UTC"
USE_TZ = True
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "explorer.config.static_files.CollectedFiles"},
}

# One policy for every page: nothing inline, nothing from another origin. 'self' in connect-src covers the
# site's own WebSocket too (Content Security Policy Level 3, section 6.7.2.8).
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# Over plain http:// browsers refuse this header aloud, on every page, for every address but localhost.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if ENVIRONMENT.https else None
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked on the machine itself, behind the proxy that speaks TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.https else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENVIRONMENT.https
# Whether every name under the domain speaks HTTPS, and whether browsers should be told for ever, is the
# domain owner's decision: these two warnings ask for it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"one line": {"()": "django.utils.log.CallbackFilter", "callback": without_trace}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "refusals": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["one line"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # A page that is not there is the visitor's news, not the operator's.
        "django.request": {"level": "ERROR"},
        # A host or form that is refused is nobody's bug: a line, and no traceback, however many knock.
        "django.security": {"handlers": ["refusals"], "level": "WARNING", "propagate": False},
        "explorer": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
