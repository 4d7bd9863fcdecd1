// Every pictogram, drawn on a grid of 24 with strokes of 2.
import type { ReactNode } from "react";

const DRAWINGS = {
  play: (
    <path
      d="M7 4.500v15a1 1 0 0 0 1.520.860l12-7.500a1 1 0 0 0 0-1.720l-12-7.500A1 1 0 0 0 7 4.500z"
      fill="currentColor"
      stroke="none"
    />
  ),
  pause: <path d="M8 5v14M16 5v14" strokeWidth="3.600" />,
  replay: <path d="M4 12a8 8 0 1 0 2.700-6M4 3.500V8h4.500" />,
  back10: (
    <>
      <path d="M5.500 6.500a8.500 8.500 0 1 1-2 5.500M5 2.500v4.500h4.500" />
      <path
        d="M9.200 15.500v-5l-1.500 1M14 10.400c1.200 0 1.800 1 1.800 2.600s-.6 2.600-1.800 2.600-1.800-1-1.800-2.600.6-2.600 1.800-2.600z"
        strokeWidth="1.500"
      />
    </>
  ),
  forward10: (
    <>
      <path d="M18.500 6.500a8.500 8.500 0 1 0 2 5.500M19 2.500v4.500h-4.500" />
      <path
        d="M9.200 15.500v-5l-1.500 1M14 10.400c1.200 0 1.800 1 1.800 2.600s-.6 2.600-1.800 2.600-1.800-1-1.800-2.600.6-2.600 1.800-2.600z"
        strokeWidth="1.500"
      />
    </>
  ),
  next: (
    <>
      <path d="M5 5v14l11-7z" fill="currentColor" />
      <path d="M19 5v14" strokeWidth="2.600" />
    </>
  ),
  volume: (
    <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />
  ),
  muted: <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5" />,
  subtitles: (
    <path d="M4 5.500h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1zM6.500 14.500h6M15.500 14.500h2M6.500 11h2M11.500 11h6" />
  ),
  speed: <path d="M5.600 18a9 9 0 1 1 12.800 0M12 13l4-4M12 13.200v-.1" />,
  quality: <path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h10M18 17h2M15 5v4M9 10v4M16 15v4" />,
  pip: (
    <>
      <path d="M20.500 11V6.500a1 1 0 0 0-1-1h-15a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1H9" />
      <rect x="12" y="13.500" width="8.500" height="5.500" rx="1" fill="currentColor" />
    </>
  ),
  fullscreen: (
    <path d="M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4" />
  ),
  windowed: (
    <path d="M9 4v4a1 1 0 0 1-1 1H4M20 9h-4a1 1 0 0 1-1-1V4M15 20v-4a1 1 0 0 1 1-1h4M4 15h4a1 1 0 0 1 1 1v4" />
  ),
  keyboard: (
    <path d="M3.500 6.500h17a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-17a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM6.500 10v.01M10 10v.01M14 10v.01M17.500 10v.01M8 14h8" />
  ),
  plus: <path d="M12 5v14M5 12h14" />,
  check: <path d="M5 12.500l4.500 4.500L19 7" />,
  thumbUp: (
    <path d="M7 11l4-7c1.500 0 2.500 1 2.200 2.600L12.700 10h5.500a1.800 1.800 0 0 1 1.800 2.200l-1.300 6a2 2 0 0 1-2 1.600H7zM7 11H4v8.800h3" />
  ),
  thumbDown: (
    <path d="M17 13l-4 7c-1.500 0-2.500-1-2.200-2.600l.5-3.400H5.800A1.800 1.800 0 0 1 4 11.800l1.300-6a2 2 0 0 1 2-1.600H17zM17 13h3V4.200h-3" />
  ),
  more: <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="3.200" />,
  info: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.500v.01" />,
  alert: <path d="M12 4l9 15.500H3zM12 10v4.500M12 17v.01" />,
  search: <path d="M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500" />,
  home: <path d="M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4.500v-5.500h-5V20H5a1 1 0 0 1-1-1z" />,
  list: <path d="M4 6h16M4 12h10M4 18h7M18 14v6M15 17h6" />,
  person: <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500a7.500 7.500 0 0 1 15 0" />,
  history: <path d="M4 12a8 8 0 1 0 2.700-6M4 3.500V8h4.500M12 8v4.500l3 2" />,
  left: <path d="M15 5l-7 7 7 7" />,
  right: <path d="M9 5l7 7-7 7" />,
  close: <path d="M6 6l12 12M18 6L6 18" />,
  edit: <path d="M4 20l1-4.500L16.500 4 20 7.500 8.500 19zM14 6.500l3.500 3.500" />,
  trash: <path d="M4 7h16M9.500 7V4.500h5V7M6 7l1 13h10l1-13M10 11v5M14 11v5" />,
  upload: <path d="M12 16V4.500M7 9l5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3" />,
  film: (
    <path d="M4.500 4.500h15a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM8 4.500v15M16 4.500v15M3.500 9.500H8M3.500 14.500H8M16 9.500h4.500M16 14.500h4.500" />
  ),
  chart: <path d="M4 20V4M4 20h16M8.500 16v-4M13 16V8M17.500 16v-6" />,
  globe: (
    <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18" />
  ),
  lock: (
    <path d="M6 11h12a1 1 0 0 1 1 1v7.500a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V12a1 1 0 0 1 1-1zM8 11V8a4 4 0 0 1 8 0v3M12 15v2" />
  ),
  signOut: <path d="M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8M10 12h11M17.500 8l4 4-4 4" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof DRAWINGS;

/** A pictogram without a meaning of its own: whatever holds it carries the name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {DRAWINGS[name]}
    </svg>
  );
}
