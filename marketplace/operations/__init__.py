"""What the operator turns and sees: emergency stops, unfinished work, owners by name."""
