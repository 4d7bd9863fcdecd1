"""What `insights` decides, without I/O: what players say, how a play went, what figures mean."""
