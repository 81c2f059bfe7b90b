"""The command line and the service. Alone reads the environment and wires the parts."""
