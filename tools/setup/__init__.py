"""Install what Groundwork runs on: the Python environment, the Pulumi engine, helm and, for tests, their judges too.

Uses the standard library alone, for it runs before anything is installed. Each tool is looked for in `.tools/bin`, then
on PATH, then downloaded as its official release where that can be reached, then built from its Go module. What was made
here bears a stamp with its pin: when the pin has changed since, it is fetched again.
"""
