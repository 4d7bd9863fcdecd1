import "../../identity/identity.css";
import type { ReactNode } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import type { Role } from "../../identity/messages";
import { hasRole, useSession } from "../../session/session";
import { Parts } from "../Parts";
import { AccountsPart } from "./AccountsPart";
import { AuditPart } from "./AuditPart";
import { ClientsPart } from "./ClientsPart";
import { StaffPart } from "./StaffPart";

interface Part {
  path: string;
  name: string;
  part: () => ReactNode;
  roles: readonly Role[];
}

const PARTS: readonly Part[] = [
  { path: "/studio/people", name: "Staff", part: StaffPart, roles: [] },
  { path: "/studio/people/accounts", name: "Accounts", part: AccountsPart, roles: ["support"] },
  { path: "/studio/people/applications", name: "Applications", part: ClientsPart, roles: [] },
  { path: "/studio/people/audit", name: "Audit log", part: AuditPart, roles: [] },
];

/** Who works here, whom support helps, which applications act for people, and what was done. */
export function PeoplePage() {
  const [path] = useLocation();
  const session = useSession();
  if (session.status !== "signed_in") return null;
  const open = PARTS.filter(({ roles }) => hasRole(session.account, roles));
  const first = open[0];
  return (
    <>
      <PageHeading>People</PageHeading>
      <Parts label="People" parts={open.map(({ path: to, name }) => [to, name])} />
      <Switch>
        {open.map(({ path: to, part }) => (
          <Route key={to} path={to} component={part} />
        ))}
        {path === "/studio/people" && first && <Redirect to={first.path} replace />}
        <Route component={NotFound} />
      </Switch>
    </>
  );
}
