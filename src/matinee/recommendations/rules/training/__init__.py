"""How a training is judged before its fit may be served: data checks, held-out days, verdict."""
