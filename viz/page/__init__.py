"""What all pages share: address, guard, threads, clock and vector graphics."""
