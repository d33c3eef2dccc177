"""How our own small recogniser learns to read drawn words."""
