// Where a picture is cut around a point, as the service cuts it.

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  left: number;
  top: number;
}

/** Where a stretch begins that has its middle as near to a point as it can; all are fractions. */
function begins(share: number, at: number): number {
  return Math.min(1 - share, Math.max(0, at - share / 2));
}

/**
 * The largest part of a picture that has a frame's shape and the point in it, as fractions of the
 * picture's sides.
 */
export function cutOf(picture: Size, frame: Size, point: Point): Box {
  const scale = Math.min(picture.width / frame.width, picture.height / frame.height);
  const width = (frame.width * scale) / picture.width;
  const height = (frame.height * scale) / picture.height;
  return { left: begins(width, point.x), top: begins(height, point.y), width, height };
}

/**
 * Where that lies which an own picture was cut from: beside it, if its name says that it was kept.
 */
export function sourceOf(url: string): string | null {
  const [stem, rest] = url.split("-kept-");
  return rest === undefined ? null : `${stem}-kept-source.jpg`;
}
