"""Studies: questions that need more than one arm, each answered with a tidy table."""
