"""What is started and how: the `matinee` command and the composition roots.

The only room that imports several services.
"""
