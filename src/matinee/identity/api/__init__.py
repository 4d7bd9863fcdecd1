"""The HTTP edge of `identity`."""

from matinee.identity.api.devices import router as devices
from matinee.identity.api.profiles import router as profiles
from matinee.identity.api.sessions import router as sessions
from matinee.kernel.http.django_edge import make_api

api = make_api("identity")
api.add_router("", sessions)
api.add_router("", devices)
api.add_router("", profiles)
