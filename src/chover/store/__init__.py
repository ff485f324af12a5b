"""What a server keeps.

``opening`` chooses the storage, ``sqlite`` is the only one so far; the rest is shared by all.
"""
