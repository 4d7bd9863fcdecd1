"""Learns from a history that no longer fits one machine, on Spark (the extra `spark`, Java 17).

What a worker fits from the newest plays is widened by what only the whole history tells: the points
of implicit ALS, and how much every title is watched. All of it becomes the same arrays, so pages
are made without Spark.
"""
