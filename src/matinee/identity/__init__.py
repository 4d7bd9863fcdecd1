"""Who are you? Accounts, their profiles, credentials, sessions and staff roles.

Owns: the sign-up, the sign-in, the refresh secret in its cookie, and what an access token says.
Keeps: no copy of anything that another service owns.
Uses: the shared store to count tries to sign in.
"""
