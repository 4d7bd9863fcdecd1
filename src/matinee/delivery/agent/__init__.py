"""The agent: a small process beside an edge's nginx that obeys, fills, counts and reports.

It touches no byte that a viewer waits for: nginx serves what lies in the edge's folder,
and goes on doing so whether the agent or the control plane is there or not.
"""

from importlib.metadata import version

VERSION = version("matinee")
