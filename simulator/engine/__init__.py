"""The engine: pure numerics. No Django, no clock, no global randomness. It begins with insulin action."""
