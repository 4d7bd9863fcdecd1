"""Every figure that the project claims, measured beside its peers and re-runnable."""
