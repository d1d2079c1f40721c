"""The staff's own pages: signing in, the lock, sign-ins, password, the team's vault."""
