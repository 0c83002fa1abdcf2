"""Studies: what chapters do that is more than one run."""
