"""The main job, played once from outside: HTTP, HTML forms and mailed links, with JavaScript off."""
