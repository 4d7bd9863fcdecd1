"""Models that propose titles: each in its own file, all behind one interface."""
