"""Owns the sound of the demo films: instruments, weather, a mixing desk, a loudness meter.

Sounds are float32 at 48 kHz: mono of shape (samples,), stereo of shape (2, samples).
"""
