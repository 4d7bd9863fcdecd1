"""How did it go? What players report and what playing tells, as figures for the operator.

Owns what players tell (CMCD events, or reports) and the plays that it belongs to, for 90 days;
and facts in files, which name nobody, with the figures that are made from them. Keeps a copy of
titles' names. Uses nobody. It knows viewers by their ids alone, and forgets a profile when that
is removed.
"""
