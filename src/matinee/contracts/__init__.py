"""What services promise each other: messages, events and typed clients.

Imports `kernel` and pydantic only and names no service's code. Whatever stands
here may cross a network, so a change must let old readers read new messages.
"""
