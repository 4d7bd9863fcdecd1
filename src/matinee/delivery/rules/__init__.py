"""Pure decisions of delivery: no clock, no database, no network."""
