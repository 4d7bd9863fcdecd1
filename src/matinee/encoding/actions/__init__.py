"""What changes the records of encoding: one transaction each."""

from matinee.encoding.actions.encodes import (
    encode_cancel,
    encode_fail,
    encode_request,
    encode_retry,
    encode_start,
    encode_stop,
    sidecars_change,
)
from matinee.encoding.actions.packages import (
    Publication,
    package_forget,
    package_publish,
    packages_due,
)
from matinee.encoding.actions.priorities import title_prioritise
from matinee.encoding.actions.steps import (
    CALLS_MAX,
    Claim,
    StepLostError,
    Usage,
    step_beat,
    step_claim,
    step_fail,
    step_finish,
    step_release,
    work_send,
)

__all__ = [
    "CALLS_MAX",
    "Claim",
    "Publication",
    "StepLostError",
    "Usage",
    "encode_cancel",
    "encode_fail",
    "encode_request",
    "encode_retry",
    "encode_start",
    "encode_stop",
    "package_forget",
    "package_publish",
    "packages_due",
    "sidecars_change",
    "step_beat",
    "step_claim",
    "step_fail",
    "step_finish",
    "step_release",
    "title_prioritise",
    "work_send",
]
