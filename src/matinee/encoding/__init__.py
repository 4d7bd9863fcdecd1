"""How a film becomes streams: what an upload is, its ladder, its package and its pictures.

Owns encodes with their steps, and the packages in the media store until nobody plays them.
Keeps of other services: which titles are gone, so that a late upload of one starts nothing.
Uses ffmpeg, ffprobe and Shaka Packager, the media store, and a work folder per encode.
"""
