"""How the scores of several models become one order, learnt from what viewers took."""
