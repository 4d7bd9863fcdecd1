"""One Spark session for one training."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"


class NoJavaError(RuntimeError):
    """Spark cannot start; its words say what to do."""


@contextmanager
def opened(master: str, memory_mb: int) -> Iterator[SparkSession]:
    """A session on a cluster, or in this process for a master like `local[2]`.

    Its JVM takes at most `memory_mb`. In local mode it listens on the loopback only.
    """
    if shutil.which("java") is None:
        msg = "Spark needs Java 17, and there is no `java`. Install it, or unset"
        raise NoJavaError(f"{msg} MATINEE_RECOMMENDATIONS_SPARK.")
    builder = (
        SparkSession.builder.master(master)
        .appName("matinee-recommendations")
        .config("spark.driver.memory", f"{memory_mb}m")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        # Iterations make long chains of stages; what they shuffled can go as they go on.
        .config("spark.cleaner.periodicGC.interval", "1min")
    )
    if master.startswith("local"):
        # Its workers are this environment's Python, unless somebody chose another.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.config("spark.driver.bindAddress", LOOPBACK)
        builder = builder.config("spark.driver.host", LOOPBACK)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
