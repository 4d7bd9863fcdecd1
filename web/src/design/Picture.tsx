import { useState } from "react";

interface PictureProps {
  src: string | null | undefined;
  /** Decides the colours shown until the picture is there. */
  seed: string;
  /** Written over the colours where there is no picture. */
  name?: string;
  className?: string;
  /** Loaded at once rather than when scrolled near. */
  eager?: boolean;
  /** How wide it is shown, as CSS says it; which copy is loaded follows from it. */
  sizes?: string;
}

/**
 * The copies of a picture, as `srcset` wants them; undefined where there is but one.
 *
 * An address that ends in several widths in pixels (`…-200-400-600.jpg`) is that of the widest;
 * each narrower one lies beside it under its own width.
 */
export function copiesOf(src: string): string | undefined {
  const found = /^(.*?)((?:-\d{2,4}){2,})\.jpg$/.exec(src);
  const [, stem = "", ending = ""] = found ?? [];
  const widths = ending.split("-").slice(1);
  const widest = widths.pop();
  if (widest === undefined) return undefined;
  const narrower = widths.map((width) => `${stem}-${width}.jpg ${width}w`);
  return [...narrower, `${src} ${widest}w`].join(", ");
}

/** Two dark colours of one warm-to-cool scale, always the same for one title. */
export function placeholderOf(seed: string): string {
  let sum = 0;
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  const hue = sum % 360;
  return `linear-gradient(160deg, hsl(${hue} 34% 24%), hsl(${(hue + 40) % 360} 42% 11%))`;
}

/** Decoration: whatever holds it carries the name. Its frame has its size before it is loaded. */
export function Picture({
  src,
  seed,
  name,
  className = "",
  eager = false,
  sizes = "100vw",
}: PictureProps) {
  const [seen, setSeen] = useState<string | null>(null);
  const [broken, setBroken] = useState<string | null>(null);
  const shown = src && broken !== src ? src : null;
  return (
    <span className={`picture ${className}`} style={{ backgroundImage: placeholderOf(seed) }}>
      {shown ? (
        <img
          ref={(image) => {
            if (image?.complete && image.naturalWidth > 0) setSeen(shown);
          }}
          // Before the address, or the widest would be asked for first.
          sizes={sizes}
          srcSet={copiesOf(shown)}
          src={shown}
          alt=""
          loading={eager ? "eager" : "lazy"}
          fetchPriority={eager ? "high" : "auto"}
          decoding="async"
          data-seen={seen === shown}
          onLoad={() => setSeen(shown)}
          onError={() => setBroken(shown)}
        />
      ) : (
        name && (
          <span className="picture__name" aria-hidden="true">
            {name}
          </span>
        )
      )}
    </span>
  );
}
