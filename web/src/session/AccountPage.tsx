import "./account.css";
import { useLocation } from "wouter";
import { PageHeading } from "../app/pageFocus";
import { InvoicesPart } from "../billing/InvoicesPart";
import { PayingPart } from "../billing/PayingPart";
import { PlanPart } from "../billing/PlanPart";
import { Button, LinkButton } from "../design/Button";
import { isStaff, signOut, useSession } from "./session";

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });

export default function AccountPage() {
  const session = useSession();
  const [, navigate] = useLocation();
  if (session.status !== "signed_in") return null;
  const { account, profile, rolesRest } = session;
  return (
    <div className="page page--narrow account">
      <PageHeading>Account</PageHeading>
      <section aria-labelledby="plan">
        <h2 id="plan">Plan</h2>
        <PlanPart />
      </section>
      <section aria-labelledby="paying">
        <h2 id="paying">Payment</h2>
        <PayingPart />
      </section>
      <section aria-labelledby="invoices">
        <h2 id="invoices">Invoices</h2>
        <InvoicesPart />
      </section>
      <section aria-labelledby="who">
        <h2 id="who">You</h2>
        <p>{account.email}</p>
        <p className="muted">Member since {DAY.format(new Date(account.created_at))}</p>
        <div className="account__links">
          <LinkButton icon="person" to="/profiles">
            {profile ? `Switch profile (${profile.name})` : "Switch profile"}
          </LinkButton>
          <LinkButton icon="edit" to="/profiles/manage">
            Manage profiles
          </LinkButton>
          <LinkButton icon="lock" to="/account/security">
            Sign-in and security
          </LinkButton>
          <LinkButton icon="info" to="/account/privacy">
            Your data
          </LinkButton>
          <LinkButton icon="history" to="/history">
            History
          </LinkButton>
          {(isStaff(account) || rolesRest) && (
            <LinkButton icon="film" to="/studio">
              Studio
            </LinkButton>
          )}
          <Button icon="signOut" onClick={() => void signOut().then(() => navigate("/"))}>
            Sign out
          </Button>
        </div>
      </section>
    </div>
  );
}
