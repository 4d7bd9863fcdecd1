"""What have you watched? Resume points, history, my list and thumbs of every profile.

Owns: where each profile stopped, what it put aside and what it thinks of titles.
Keeps: nothing of other services but ids; what it is told of a removed profile or title, it forgets.
Uses: nothing else.
"""
