"""The rules of billing, without I/O: periods, prices, taxes, discounts, invoices, the ledger."""
