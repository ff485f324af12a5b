"""The people on other nodes: what is known of them and is in no log, kept right over a wire that may lose.

1. Each node owns what is known of its devices. Whenever that changes, or a label of a user of its own, it tells the
   other nodes the whole of it (``UserNote``), or that the user has left (``LeftNote``), in numbered messages.
2. Once a second it says which number was the last (``Beat``), so that the loss of the last one is noticed, too.
3. A node that misses a number, or has just met the other, asks it for everybody (``Ask``, ``Page``). What arrives
   meanwhile waits. Missing people arrive, vanished ones leave, and differences are removed by the events that would
   have told them, so that people see the same lines.
4. Each label has a version, so that what two nodes say of one user is merged in any order with the same result.
5. What one node wants another to do with the sessions there is an ``Order``, repeated until it is answered.

One node alone sends nothing and keeps nothing.
"""
