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
}

/** Two dark colours of one warm-to-cool scale, always the same for one title. */
export function placeholderOf(seed: string): string {
  let sum = 0;
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  const hue = sum % 360;
  return `linear-gradient(160deg, hsl(${hue} 34% 24%), hsl(${(hue + 40) % 360} 42% 11%))`;
}

/** Decoration: whatever holds it carries the name. Its frame has its size before it is loaded. */
export function Picture({ src, seed, name, className = "", eager = false }: PictureProps) {
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
