"""May you play it, and how? Answers the moment somebody presses play.

Owns play sessions, stream slots, resume points and content keys. Keeps copies of titles,
entitlements and edges, so that pressing play needs no other service to be up.
Uses PostgreSQL for what must last and Valkey for what lives only while a film runs.
"""
