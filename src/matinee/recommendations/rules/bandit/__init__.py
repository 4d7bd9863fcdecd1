"""Which picture, and which title first: choosing under doubt, and judging choices afterwards."""
