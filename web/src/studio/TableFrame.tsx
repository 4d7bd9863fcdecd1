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

interface TableHeadProps {
  names: readonly string[];
  /** Those of numbers, which stand under each other. */
  numbers?: readonly string[];
  /** Whether rows end with something that can be done. */
  acts?: boolean;
}

export function TableHead({ names, numbers, acts = false }: TableHeadProps) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th
            key={name}
            scope="col"
            className={numbers?.includes(name) ? "table__number" : undefined}
          >
            {name}
          </th>
        ))}
        {acts && <td />}
      </tr>
    </thead>
  );
}
