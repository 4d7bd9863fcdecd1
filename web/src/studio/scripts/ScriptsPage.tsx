// What programs do in Studio's stead: tokens for them, sheets of titles, systems that are told.
import "../../identity/identity.css";
import "../billing/billing.css";
import type { ReactNode } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import type { Role } from "../../identity/messages";
import { hasRole, useSession } from "../../session/session";
import { WebhooksPart } from "../webhooks/WebhooksPart";
import { SheetsPart } from "./SheetsPart";
import { TokensPart } from "./TokensPart";

interface Part {
  path: string;
  name: string;
  part: () => ReactNode;
  roles: readonly Role[];
}

const EDITORS = ["editor", "publisher"] as const;

const PARTS: readonly Part[] = [
  {
    path: "/studio/scripts",
    name: "Tokens",
    part: TokensPart,
    roles: [...EDITORS, "support", "finance", "analyst"],
  },
  { path: "/studio/scripts/sheets", name: "Sheets", part: SheetsPart, roles: EDITORS },
  {
    path: "/studio/scripts/webhooks",
    name: "Webhooks",
    part: () => <WebhooksPart of="catalog" />,
    roles: EDITORS,
  },
];

export default function ScriptsPage() {
  const [path] = useLocation();
  const session = useSession();
  if (session.status !== "signed_in") return null;
  const open = PARTS.filter(({ roles }) => hasRole(session.account, roles));
  return (
    <>
      <PageHeading>Scripts</PageHeading>
      <nav className="billing__parts" aria-label="Scripts">
        {open.map(({ path: to, name }) => (
          <Link key={to} href={to} aria-current={path === to ? "page" : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      <Switch>
        {open.map(({ path: to, part }) => (
          <Route key={to} path={to} component={part} />
        ))}
        <Route component={NotFound} />
      </Switch>
    </>
  );
}
