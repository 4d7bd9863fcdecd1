// Moving between pages as eyes and ears expect it: the new page's heading takes the focus, the
// window's title names it, and a new page starts at its top.
import { useEffect, useRef, type ReactNode } from "react";
import { useLocation } from "wouter";

/** False until the first change of page, so that loading the site moves no focus. */
let moved = false;
let steppedBack = false;

// The router tells of every change of address with these events, before the new page is rendered.
for (const name of ["popstate", "pushState", "replaceState"]) {
  window.addEventListener(name, () => {
    moved = true;
    steppedBack = name === "popstate";
  });
}

/** Shows a new page from its top; one that was stepped back to, where it was left. Call once. */
export function usePageChange(): void {
  const [path] = useLocation();
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    if (!steppedBack) window.scrollTo(0, 0);
  }, [path]);
}

interface PageHeadingProps {
  children: string;
  /** Read out, but not shown. */
  unseen?: boolean;
  className?: string;
  /** Leaves the focus where it is. */
  keepsFocus?: boolean;
  /** Shown in place of the text, such as a wordmark. */
  shown?: ReactNode;
}

/** The page's `h1`. Takes the focus when its page was navigated to. */
export function PageHeading({
  children,
  unseen = false,
  className,
  keepsFocus = false,
  shown,
}: PageHeadingProps) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} – Matinee`;
  }, [children]);
  useEffect(() => {
    if (moved && !keepsFocus) ref.current?.focus({ preventScroll: true });
  }, [keepsFocus]);
  return (
    <h1 ref={ref} tabIndex={-1} className={unseen ? "unseen" : className}>
      {shown ?? children}
    </h1>
  );
}
