/** The house's sign: a low sun over the edge of a stage, five rays of light. */
export function SunMark() {
  return (
    <svg viewBox="0 0 64 64" fill="currentColor" aria-hidden="true">
      <path d="M18 42a14 14 0 0 1 28 0z" />
      <path d="M30 9h4l1.400 13h-6.800zM11.200 18.700l2.900-2.900 9.800 8.400-4.200 4.300zM52.800 18.700l-2.900-2.900-9.800 8.400 4.200 4.300zM4 38.200v-4.100l12.500-1.300.5 6.300zM60 38.200v-4.100l-12.500-1.300-.5 6.300z" />
      <rect x="6" y="46.500" width="52" height="5" rx="2.500" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="wordmark">
      <SunMark />
      Matinee
    </span>
  );
}
