"""The demo: films that the project draws itself, and viewers that it makes up.

Owns what is put in (`films/`, `personas`, `drafts`) and in which order (`seeding`); how to reach
the services stands in `matinee.run.demo`.
"""
