import { Link, useLocation, useSearch } from "wouter";

interface PartsProps {
  label: string;
  /** Each with its path and name first. */
  parts: readonly (readonly [path: string, name: string, ...rest: unknown[]])[];
  /** Whether what the address says behind its path holds for all of them. */
  keepsSearch?: boolean;
}

/** Links to the parts of a page. An address below a part's own, but the first one's, is in it. */
export function Parts({ label, parts, keepsSearch = false }: PartsProps) {
  const [path] = useLocation();
  const search = useSearch();
  const first = parts[0]?.[0];
  const isIn = (to: string) => path === to || (to !== first && path.startsWith(`${to}/`));
  return (
    <nav className="studio__tabs" aria-label={label}>
      {parts.map(([to, name]) => (
        <Link
          key={to}
          href={keepsSearch && search ? `${to}?${search}` : to}
          aria-current={isIn(to) ? "page" : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
