"""Coverage-guided fuzzing of every parser that meets the network (docs/decisions/0011-fuzzing.md).

``make fuzz`` runs it. tests/fuzz/corpus has a few small inputs of each kind; what is found is kept in .fuzz.
"""
