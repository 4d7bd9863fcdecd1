"""What have you paid for? Plans, subscriptions, invoices, payments and what they entitle to.

Owns: what is on sale, who has subscribed, what was asked for and paid, and the ledger.
Keeps: the accounts that it has heard of, by id, with the address to write to; titles' names.
Uses: a payment gateway, a mail server, and the operator's own systems where they are told.
"""
