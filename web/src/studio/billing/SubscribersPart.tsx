import type { Subscriber } from "../../api/messages";
import { dayOf } from "../../billing/standing";
import type { Column } from "../ReportTable";
import { amountWords } from "./amounts";
import { Listing } from "./Listing";
import { subscribersQuery } from "./queries";

const COLUMNS: readonly Column<Subscriber>[] = [
  { name: "Account", of: (row) => row.email || row.account_id },
  { name: "Plan", of: (row) => row.plan },
  { name: "Price", of: (row) => amountWords(row.price), isNumber: true },
  { name: "Status", of: (row) => row.status.replaceAll("_", " ") },
  { name: "Since", of: (row) => dayOf(row.started_at) },
  { name: "Period ends", of: (row) => dayOf(row.current_period_end) },
];

export function SubscribersPart() {
  return (
    <Listing
      label="Subscribers"
      query={subscribersQuery}
      columns={COLUMNS}
      keyOf={(row) => row.subscription_id}
      none="Nobody has subscribed yet."
    />
  );
}
