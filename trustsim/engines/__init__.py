"""Who acts when: the model told with agents, and the same month on arrays."""
