import { useEffect, useRef, useState, type RefObject } from "react";

/** An element's width in CSS pixels, followed as it changes; `first_px` until it is known. */
export function useWidth<E extends HTMLElement>(first_px: number): [RefObject<E | null>, number] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(first_px);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(1, Math.floor(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
