"""The demo world: made-up people with real skills, planted through the real actions."""
