"""What some requests do, step by step, told to whoever collects traces (OpenTelemetry).

Nothing is traced and nothing loaded unless `MATINEE_TRACES_URL` is set; of what is not sampled
then, no step is noted.
"""
