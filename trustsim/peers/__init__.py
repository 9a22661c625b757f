"""Other people's models of trust and of ending, small enough to check, and models without trust.

One file a peer: what it says, as a rule or as a small model, and the numbers it published.
`nulls` holds the models that know nothing of trust. `trustsim.data.read("peer_targets")` lists
what each peer reported; `experiments/E09_peers` holds every line of it against these files.
"""
