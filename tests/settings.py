"""The site's own settings, apart from whatever the developer's shell and database hold."""

import atexit
import os
import shutil
import tempfile

for name in (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DEBUG",
    "DIRECT_WRITE",
    "HOST",
    "HTTPS",
    "PORT",
    "REDIS_URL",
    "REPORT_URL",
    "SECRET_KEY",
):
    os.environ.pop(name, None)
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="orrery-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from explorer.config.settings import *  # noqa: E402, F403 - the variables above decide what it says

# Hashing a password for real takes a quarter of a second, on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
