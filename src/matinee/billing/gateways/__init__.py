"""Those who move the money: what billing asks of a payment gateway, and who can do it.

`gateway` says what any of them must be able to do; each adapter is one file beside it
and passes the contract's tests (`tests/billing/gateway_contract.py`). `chosen` is the
one that the settings name.
"""
