"""What changes the catalogue: one function per verb, one transaction each."""
