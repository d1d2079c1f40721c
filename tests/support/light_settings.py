"""The product's settings with light work for passwords: for servers of tests that try hundreds of them."""

from counselling.settings import *  # noqa: F403 -- the same settings

ARGON2_MEMORY_KIB = 1024
