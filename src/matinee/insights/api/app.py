"""The app that the routes of `insights` belong to."""

from matinee.kernel.http import flask_edge

app = flask_edge.make_app("insights")
