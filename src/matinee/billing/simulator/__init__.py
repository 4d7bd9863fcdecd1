"""A payment gateway that moves no money: for one machine, for tests and for rehearsals.

Owns: customers, saved cards, checkouts, charges, refunds and disputes of its own, in a
file of its own, as a gateway outside would. It is a process of its own, too, with a
clock that can be turned, cards that are declined or ask for 3-D Secure, disputes,
answers that never come, and news that come twice, late, in any order, or not at all.
Uses: nothing of billing but the way that news is signed.
"""
