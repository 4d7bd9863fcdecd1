"""What every service stands on: settings, time, ids, money, tokens, events, storage, problems.

Knows no service by name and holds no business rule.
"""
