import "./billing.css";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Route, Switch } from "wouter";
import type { Debt, Revenue } from "../../api/messages";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import { Failure, Loading } from "../../design/States";
import { dayOf } from "../../billing/standing";
import { Parts } from "../Parts";
import { ReportTable, type Column } from "../ReportTable";
import { Figures } from "../Figures";
import { WebhooksPart } from "../webhooks/WebhooksPart";
import { amountsWords, amountWords } from "./amounts";
import { CouponsPart } from "./CouponsPart";
import { GiftCardsPart } from "./GiftCardsPart";
import { LedgerPart } from "./LedgerPart";
import { PaymentsPart } from "./PaymentsPart";
import { PlansPart } from "./PlansPart";
import { debtsQuery, revenueQuery } from "./queries";
import { SubscribersPart } from "./SubscribersPart";
import { TaxesPart } from "./TaxesPart";
import { TitlesPart } from "./TitlesPart";

const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const percentOf = (share: number | null) => (share === null ? "–" : PERCENT.format(share));

function figuresOf(revenue: Revenue): [name: string, value: string, meaning: string][] {
  return [
    ["Recurring", amountsWords(revenue.monthly), "a month"],
    ["Paying", `${revenue.paying}`, `and ${revenue.trialing} on trial`],
    ["Churn", percentOf(revenue.churn), "left in the last 30 days"],
    ["Trials", percentOf(revenue.trial_conversion), "went on to pay, in 90 days"],
    [
      "Unpaid",
      amountsWords(revenue.owed),
      `${revenue.past_due} in grace, ${revenue.on_hold} on hold`,
    ],
    ["Recovered", percentOf(revenue.recovered), "of debts settled, in 90 days"],
    ["Refunded", amountsWords(revenue.refunded), "in the last 30 days"],
    ["Disputed", amountsWords(revenue.disputed), "held by banks"],
  ];
}

const NEXT: Record<string, string> = { retry: "Tried again", hold: "On hold", end: "Given up" };
const DEBTS: readonly Column<Debt>[] = [
  { name: "Invoice", of: (debt) => debt.invoice_number ?? "–" },
  { name: "Amount", of: (debt) => amountWords(debt.amount), isNumber: true },
  { name: "Why", of: (debt) => debt.decline.replaceAll("_", " ") },
  { name: "Tries", of: (debt) => `${debt.tries}`, isNumber: true },
  { name: "Since", of: (debt) => dayOf(debt.failed_at) },
  {
    name: "Next",
    of: (debt) => `${NEXT[debt.next_step] ?? debt.next_step} on ${dayOf(debt.next_at)}`,
  },
];

function Overview() {
  const revenue = useQuery(revenueQuery);
  const debts = useQuery(debtsQuery);
  if (revenue.error) {
    return <Failure error={revenue.error} retry={() => void revenue.refetch()} />;
  }
  if (!revenue.data) {
    return (
      <Loading what="revenue">
        <div className="studio__skeleton skeleton" />
      </Loading>
    );
  }
  return (
    <>
      <Figures of={figuresOf(revenue.data)} />
      <h2 className="studio__sub">Unpaid</h2>
      {debts.data && debts.data.length > 0 ? (
        <ReportTable
          label="Unpaid"
          columns={DEBTS}
          rows={debts.data}
          keyOf={(debt) => debt.invoice_id}
        />
      ) : (
        <p className="muted">Nothing is unpaid.</p>
      )}
    </>
  );
}

const PARTS: readonly (readonly [path: string, name: string, part: () => ReactNode])[] = [
  ["/studio/billing", "Overview", Overview],
  ["/studio/billing/subscribers", "Subscribers", SubscribersPart],
  ["/studio/billing/payments", "Payments", PaymentsPart],
  ["/studio/billing/plans", "Plans", PlansPart],
  ["/studio/billing/coupons", "Coupons", CouponsPart],
  ["/studio/billing/gift-cards", "Gift cards", GiftCardsPart],
  ["/studio/billing/titles", "Titles", TitlesPart],
  ["/studio/billing/taxes", "Taxes", TaxesPart],
  ["/studio/billing/ledger", "Ledger", LedgerPart],
  ["/studio/billing/webhooks", "Webhooks", () => <WebhooksPart of="billing" />],
];

export function BillingPage() {
  return (
    <>
      <PageHeading>Billing</PageHeading>
      <Parts label="Billing" parts={PARTS} />
      <Switch>
        {PARTS.map(([to, , part]) => (
          <Route key={to} path={to} component={part} />
        ))}
        <Route component={NotFound} />
      </Switch>
    </>
  );
}
