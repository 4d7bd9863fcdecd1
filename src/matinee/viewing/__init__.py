"""What have you watched? Resume points, history, my list, thumbs and dismissals of every profile.

Owns: where each profile stopped, what it put aside, thinks of titles and took out of rows.
Keeps: nothing of other services but ids; what it is told of a removed profile or title, it forgets.
Uses: nothing else.
"""
