"""From what was measured and what is foreseen to copies: no clock, no I/O."""
