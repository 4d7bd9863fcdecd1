"""The HTTP edge of `identity`."""

from matinee.identity.api import oauth
from matinee.identity.api.api_tokens import router as api_tokens
from matinee.identity.api.audit import router as audit
from matinee.identity.api.devices import router as devices
from matinee.identity.api.moving import router as moving
from matinee.identity.api.pins import router as pins
from matinee.identity.api.privacy import router as privacy
from matinee.identity.api.profiles import router as profiles
from matinee.identity.api.providers import router as providers
from matinee.identity.api.security import router as security
from matinee.identity.api.sessions import router as sessions
from matinee.identity.api.signing_in import router as signing_in
from matinee.identity.api.signing_up import router as signing_up
from matinee.identity.api.staff import router as staff
from matinee.identity.api.straight import ask_all_straight
from matinee.identity.api.televisions import router as televisions
from matinee.kernel.http.django_edge import make_api

api = make_api("identity")
api.add_router("", signing_up)
api.add_router("", signing_in)
api.add_router("", providers)
api.add_router("", security)
api.add_router("", sessions)
api.add_router("", devices)
api.add_router("", televisions)
api.add_router("", oauth.operations)
api.add_router("/studio", oauth.clients)
api.add_router("", profiles)
api.add_router("", pins)
api.add_router("", moving)
api.add_router("/studio", staff)
api.add_router("", api_tokens)
api.add_router("", privacy)
api.add_router("", audit)
ask_all_straight(api)
