"""What there is to watch: titles, people, artwork, and the films on their way in.

Owns titles (films, series, episodes) with their status, credits, artwork and uploads.
Keeps of other services: how far each title's newest encode is, what it came to, and the package
that plays.
Uses the media store for sources and artwork, and a spool folder for uploads under way.
"""
