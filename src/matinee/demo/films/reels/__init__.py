"""Owns the films: one file each, holding its record, picture, score, cards and poster."""
