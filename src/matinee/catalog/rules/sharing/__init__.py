"""What the world may read of titles: their pages' heads, sitemaps, feeds and cards; no I/O."""
