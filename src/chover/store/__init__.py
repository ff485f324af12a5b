"""What a server keeps.

``opening`` chooses the storage, ``sqlite`` or ``postgres``; the rest is shared by both.
"""
