"""The work itself: one module per sort of step, each repeatable without harm."""
