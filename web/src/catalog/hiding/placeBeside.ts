// Where a sheet opens so that it lies by its button and wholly on the screen.

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Place {
  left_px: number;
  top_px: number;
}

const GAP_PX = 8;
/** Narrower screens show the sheet at their foot, by the style sheet alone. */
const NARROW_PX = 720;

const between = (low: number, value: number, high: number): number =>
  Math.max(low, Math.min(value, high));

/** Below the button if there is room, else above; null where the style sheet places it. */
export function placeBeside(
  button: Box,
  sheet: { width: number; height: number },
  screen = { width: innerWidth, height: innerHeight },
): Place | null {
  if (screen.width < NARROW_PX) return null;
  const below = button.bottom + GAP_PX;
  const fits = below + sheet.height <= screen.height - GAP_PX;
  const top = fits ? below : button.top - GAP_PX - sheet.height;
  return {
    left_px: between(GAP_PX, button.right - sheet.width, screen.width - GAP_PX - sheet.width),
    top_px: between(GAP_PX, top, screen.height - GAP_PX - sheet.height),
  };
}
