"""The authorization server: applications of others act in a person's name, as far as allowed.

Codes with PKCE (S256) and device codes; no implicit grant and no passwords. The protocol is
Authlib's, what is kept and decided is in `actions`.
"""

from matinee.identity.api.oauth.clients import router as clients
from matinee.identity.api.oauth.operations import router as operations
from matinee.identity.api.oauth.published import authorization_server, jwks

__all__ = ["authorization_server", "clients", "jwks", "operations"]
