"""What have you paid for? Plans, subscriptions and the entitlement that they give.

Owns: what can be subscribed to, who has subscribed, and when a period ends.
Keeps: the accounts that it has heard of, by id only.
Uses: nothing else; no money moves yet.
"""
