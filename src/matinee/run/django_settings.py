"""Django's settings module: records of every service, a database each, and no contrib apps."""

from matinee.kernel import databases, secret_files, settings
from matinee.run import services

_ours = settings.get()

INSTALLED_APPS = ["matinee.kernel.keys", *(f"matinee.{service}" for service in services.ALL)]
DATABASES = databases.of(_ours, services.DATABASES)
DATABASE_ROUTERS = ["matinee.kernel.databases.OwnDatabase"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = secret_files.read_or_make(_ours.secrets / "django_secret_key")
DEBUG = False
# The edge passes on the host that it was asked for and nothing else reaches this process.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "matinee.run.urls"
APPEND_SLASH = False
MIDDLEWARE = ["matinee.kernel.http.django_edge.problems_only"]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

# A film comes in chunks that are streamed to disk; everything else is small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
LOGGING_CONFIG = None
