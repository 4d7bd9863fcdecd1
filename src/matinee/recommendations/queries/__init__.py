"""Reads: what is known of a viewer, and what this process holds in memory."""
