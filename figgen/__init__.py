"""figgen: one trainer for generating figures whose text can be read."""

__version__ = "0.1.0"
