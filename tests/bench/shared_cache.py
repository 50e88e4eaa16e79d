"""The benches' settings with the cache that BENCH_CACHE_URL names, for all processes."""

from tests.bench.settings import *  # noqa: F403  # all but the cache

CACHES = {
    "default": {
        **env.cache("BENCH_CACHE_URL", "dbcache://portal_cache"),  # noqa: F405
        # The keys of a bench are its own, whoever else uses that server.
        "KEY_PREFIX": env.text("BENCH_CACHE_PREFIX", ""),  # noqa: F405
    }
}
