"""What a server keeps: ``opening`` chooses the storage, ``sqlite`` is the one there is; the rest is shared by all."""
