// Seek preview pictures: a WebVTT file whose cues point into sprite sheets
// (`sprite-0.jpg#xywh=0,0,240,135`, W3C Media Fragments 1.0, section 4.2.2).

export interface Tile {
  start_s: number;
  end_s: number;
  /** The sheet's absolute address. */
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const TIMES = /^(?:(\d+):)?(\d{2}):(\d{2}\.\d{3})\s+-->\s+(?:(\d+):)?(\d{2}):(\d{2}\.\d{3})/;
const REGION = /^(.*)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;

function seconds(hours: string | undefined, minutes = "0", rest = "0"): number {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(rest);
}

function tileOf(lines: readonly string[], base: string): Tile | null {
  const at = lines.findIndex((line) => TIMES.test(line));
  const times = TIMES.exec(lines[at] ?? "");
  const region = REGION.exec(lines[at + 1]?.trim() ?? "");
  if (!times || !region) return null;
  const [, sheet = "", x, y, width, height] = region;
  return {
    start_s: seconds(times[1], times[2], times[3]),
    end_s: seconds(times[4], times[5], times[6]),
    sheet: new URL(sheet, base).href,
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  };
}

/** The tiles of a storyboard, by time. Cues that are no picture are left out. */
export function parseStoryboard(text: string, base: string): Tile[] {
  return text
    .replaceAll("\r\n", "\n")
    .split(/\n{2,}/)
    .flatMap((block) => tileOf(block.split("\n"), base) ?? [])
    .sort((a, b) => a.start_s - b.start_s);
}

/** The tile to show at a time: the last that has begun. Null before the first. */
export function tileAt(tiles: readonly Tile[], time_s: number): Tile | null {
  let low = 0;
  let high = tiles.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((tiles[mid]?.start_s ?? Infinity) <= time_s) low = mid + 1;
    else high = mid;
  }
  return tiles[low - 1] ?? null;
}
