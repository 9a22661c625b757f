"""`python -m trustsim` is the command `trustsim`."""

from trustsim.cli import main

main()
