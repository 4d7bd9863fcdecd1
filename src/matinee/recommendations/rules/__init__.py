"""Pure decisions: what a profile likes, what is alike, which rows make a page, what a query means.

NumPy over arrays in memory; no database, no clock, no framework. An *item* is what a card stands
for, a film or a series; it is known by its index in one `Catalogue`.
"""
