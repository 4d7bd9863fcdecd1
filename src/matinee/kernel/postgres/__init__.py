"""PostgreSQL as Django reaches it here; DATABASES names it as the engine."""
