"""Every figure that the README claims, measured beside its peers and re-runnable."""
