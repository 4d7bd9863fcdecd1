// What programs do in Studio's stead: tokens for them, sheets of titles, systems that are told.
import "../../identity/identity.css";
import type { ReactNode } from "react";
import { Route, Switch } from "wouter";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import type { Role } from "../../identity/messages";
import { hasRole, useSession } from "../../session/session";
import { Parts } from "../Parts";
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
  const session = useSession();
  if (session.status !== "signed_in") return null;
  const open = PARTS.filter(({ roles }) => hasRole(session.account, roles));
  return (
    <>
      <PageHeading>Scripts</PageHeading>
      <Parts label="Scripts" parts={open.map(({ path: to, name }) => [to, name])} />
      <Switch>
        {open.map(({ path: to, part }) => (
          <Route key={to} path={to} component={part} />
        ))}
        <Route component={NotFound} />
      </Switch>
    </>
  );
}
