"""Telling systems of the operator's what happens: signed (Standard Webhooks), retried, logged.

A service that tells has three tables (`tables`) and one `telling.Webhooks`, which writes messages
down in the transaction of what they tell and posts them later, from a task. Signatures stand in a
module that needs no records, for those who only sign and check.
"""
