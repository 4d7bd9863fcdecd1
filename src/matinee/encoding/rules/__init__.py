"""What encoding decides, without I/O: is it a film, which rungs, which step next, which still."""
