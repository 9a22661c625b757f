"""`python -m trustsim` is the command `trustsim`."""

from trustsim.cli import main

# Workers of mpi4py.futures import this module under another name, and must not run the command.
if __name__ == "__main__":
    main()
