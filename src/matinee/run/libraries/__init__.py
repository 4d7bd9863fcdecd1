"""Libraries of other servers, read where they lie: titles, pictures and films."""
