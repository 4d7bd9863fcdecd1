import type { ReactNode } from "react";

/** Scrolls sideways what is too wide; the focus makes that possible with keys. */
export function TableFrame({ label, children }: { label: string; children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="table__frame" tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}
