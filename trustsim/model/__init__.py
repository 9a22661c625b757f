"""The science, once: parameters, actions, state, the order of a month, and the rules."""
