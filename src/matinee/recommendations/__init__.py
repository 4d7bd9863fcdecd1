"""What next: whole home pages, search, and more of the same.

Owns the fitted models and the pages made of them. Keeps a copy of the catalogue, and of each
profile's plays, thumbs and list. Hears `catalog`, `playback`, `viewing` and `identity`; tells
nobody anything. Answers from memory: no other service need be up.
"""
