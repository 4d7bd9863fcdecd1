"""Tokens that any service can check by itself, without asking another.

An access token says who is calling: a JWT signed with ES256. A service token says which
service is: a JWT with a key of that service, so that nobody's token can pass for one. A CMCD
token says which play a player's measurements are of. What edges check is in `edge_tokens`.
"""

from matinee.kernel.tokens.access import ACCESS_LIFETIME, EVERY_SERVICE, LEEWAY, AccessTokens
from matinee.kernel.tokens.callers import STEP_UP_LASTS, Caller, bearer
from matinee.kernel.tokens.cmcd import CMCD_LIFETIME, CmcdPlay, CmcdTokens
from matinee.kernel.tokens.service import SERVICE_KEYS, SERVICE_LIFETIME, ServiceTokens
from matinee.kernel.tokens.signing import key_pairs, published

__all__ = [
    "ACCESS_LIFETIME",
    "CMCD_LIFETIME",
    "EVERY_SERVICE",
    "LEEWAY",
    "SERVICE_KEYS",
    "SERVICE_LIFETIME",
    "STEP_UP_LASTS",
    "AccessTokens",
    "Caller",
    "CmcdPlay",
    "CmcdTokens",
    "ServiceTokens",
    "bearer",
    "key_pairs",
    "published",
]
