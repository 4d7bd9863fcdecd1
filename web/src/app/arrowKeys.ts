// Which thing on the screen lies next in a direction: for remote controls and keyboards.

export type Direction = "left" | "right" | "up" | "down";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Edges may overlap by this many pixels and still count as beside each other. */
const SLACK_PX = 4;

const middle = (box: Box): number => (box.left + box.right) / 2;

function sharesLine(a: Box, b: Box): boolean {
  const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return shared > Math.min(a.bottom - a.top, b.bottom - b.top) / 2;
}

/** How far `box` lies from `from` in the direction; null when it does not lie that way. */
function distance(from: Box, box: Box, direction: Direction): number | null {
  const gap = {
    left: from.left - box.right,
    right: box.left - from.right,
    up: from.top - box.bottom,
    down: box.top - from.bottom,
  }[direction];
  return gap >= -SLACK_PX ? gap : null;
}

/**
 * The index of the box to go to, or null at the edge. Left and right stay on the line; up and down
 * go to the nearest line, and there to what is nearest above or below.
 */
export function nextBox(from: Box, boxes: readonly Box[], direction: Direction): number | null {
  const sideways = direction === "left" || direction === "right";
  const ahead = boxes.flatMap((box, index) => {
    const gap = distance(from, box, direction);
    if (gap === null || (sideways && !sharesLine(from, box))) return [];
    return { box, index, gap, aside: Math.abs(middle(box) - middle(from)) };
  });
  ahead.sort((a, b) => a.gap - b.gap);
  const nearest = ahead[0];
  if (!nearest) return null;
  if (sideways) return nearest.index;
  const line = ahead.filter(({ box }) => sharesLine(nearest.box, box));
  line.sort((a, b) => a.aside - b.aside);
  return line[0]?.index ?? null;
}
