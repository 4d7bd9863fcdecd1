// Which key does what while watching.

export type Command =
  | { do: "toggle" | "mute" | "fullscreen" | "subtitles" | "help" | "leave" | "pip" | "next" }
  | { do: "skip"; by_s: number }
  | { do: "jump"; fraction: number }
  | { do: "volume"; by: number }
  | { do: "speed"; steps: number };

export const SKIP_S = 10;

const COMMANDS = new Map<string, Command>(
  Object.entries({
    " ": { do: "toggle" },
    k: { do: "toggle" },
    MediaPlayPause: { do: "toggle" },
    j: { do: "skip", by_s: -SKIP_S },
    l: { do: "skip", by_s: SKIP_S },
    ArrowLeft: { do: "skip", by_s: -SKIP_S },
    ArrowRight: { do: "skip", by_s: SKIP_S },
    MediaRewind: { do: "skip", by_s: -3 * SKIP_S },
    MediaFastForward: { do: "skip", by_s: 3 * SKIP_S },
    m: { do: "mute" },
    f: { do: "fullscreen" },
    c: { do: "subtitles" },
    p: { do: "pip" },
    n: { do: "next" },
    "?": { do: "help" },
    Escape: { do: "leave" },
    "+": { do: "volume", by: 0.1 },
    "=": { do: "volume", by: 0.1 },
    "-": { do: "volume", by: -0.1 },
    "<": { do: "speed", steps: -1 },
    ">": { do: "speed", steps: 1 },
    Home: { do: "jump", fraction: 0 },
  } satisfies Record<string, Command>),
);

/** What a key asks for; null when it means nothing here. */
export function commandOf(key: string): Command | null {
  if (/^[0-9]$/.test(key)) return { do: "jump", fraction: Number(key) / 10 };
  return COMMANDS.get(key.length === 1 ? key.toLowerCase() : key) ?? null;
}

/** The list shown on "?". */
export const SHORTCUTS: readonly (readonly [keys: string, what: string])[] = [
  ["Space or K", "Play or pause"],
  ["← or J, → or L", "Back or forward 10 seconds"],
  ["↑ ↓", "Go to the controls"],
  ["0 to 9", "Jump to a tenth of the film"],
  ["M", "Sound off or on"],
  ["+ or −", "Louder or softer"],
  ["C", "Subtitles off or on"],
  ["< or >", "Slower or faster"],
  ["F", "Full screen"],
  ["P", "Picture in picture"],
  ["N", "Next episode"],
  ["Esc", "Back to the title"],
];

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** The speed some steps away, kept within the list. */
export function speedAfter(speed: number, steps: number): number {
  const at = SPEEDS.findIndex((one) => one >= speed);
  const from = at === -1 ? SPEEDS.length - 1 : at;
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, from + steps))] ?? 1;
}
