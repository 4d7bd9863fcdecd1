"""Owns the painting primitives that every demo film is made with.

A picture in the making is a *canvas*: planar float32 of shape (3, height, width), display light,
0 black to 1 white; values above 1 are allowed until the grade rolls them off. Planar, because a
colour then broadcasts along contiguous rows and ffmpeg takes planar frames as they are.
"""
