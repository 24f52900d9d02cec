"""Running steps over many items: in processes of this machine, or on Ray."""
