"""The HTTP edges: how Django and Flask apps are made, each with the same errors and tokens."""
