"""What the server of the site is made of: several processes that answer at one port, and readiness before the first."""
