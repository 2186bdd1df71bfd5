"""`python -m bayling.cli`, as `torchrun` starts it."""

from bayling.cli import main

if __name__ == "__main__":
    main()
