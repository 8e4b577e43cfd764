"""``python -m ceasefire`` is the command ``ceasefire``."""

from ceasefire.experiments.commands.main import main

if __name__ == "__main__":
    main()
