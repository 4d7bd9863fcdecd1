"""How many copies of each process run: decided once, whatever then starts and ends them.

Every process tells how it goes (`loads`), pure `rules` make of that how many copies are wanted,
`watch` asks them every few seconds. On one machine it then tells the supervisor; in containers
`telling` says it to whoever starts them there: `compose`, or an autoscaler of Kubernetes.
"""
