"""Where the work runs: profiles (how much of it, and where it is kept), and the hardware."""
