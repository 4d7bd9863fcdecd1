"""From where? Knows every edge, how it is, and which one a player should prefer.

Owns edges, their health and the steering manifests that players ask again and
again. Keeps nothing of other services. Uses HTTP to ask edges how they are, and
writes steering as static files, so that steering works while everything else rests.
"""
