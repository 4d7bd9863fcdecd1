import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../../api/client";
import type { Ledger } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { saveFile } from "../../billing/saveFile";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { ReportTable, type Column } from "../ReportTable";
import { amountWords } from "./amounts";
import { ledgerQuery } from "./queries";

type Balance = Ledger["balances"][number];

const EXPORT_TIMEOUT_S = 300;
const COLUMNS: readonly Column<Balance>[] = [
  { name: "Account", of: ({ account }) => account.replaceAll("_", " ") },
  { name: "Currency", of: ({ amount }) => amount.currency },
  { name: "Balance", of: ({ amount }) => amountWords(amount), isNumber: true },
];

/** A month as its first moment and the next one's, in UTC. */
function spanOf(month: string): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const since = new Date(Date.UTC(year, number - 1, 1)).toISOString();
  const until = new Date(Date.UTC(year, number, 1)).toISOString();
  return `${new URLSearchParams({ since, until })}`;
}

function Export() {
  const [month, setMonth] = useState(() => new Date().toISOString().slice(0, 7));
  const fetching = useMutation({
    mutationFn: async () => {
      const answer = await ask(`/api/billing/studio/ledger.csv?${spanOf(month)}`, {
        timeout_s: EXPORT_TIMEOUT_S,
      });
      saveFile(await answer.blob(), `ledger-${month}.csv`);
    },
  });
  return (
    <div className="studio__line">
      <Field
        label="Month"
        type="month"
        value={month}
        onChange={(event) => setMonth(event.currentTarget.value)}
      />
      <Button busy={fetching.isPending} onClick={() => month && fetching.mutate()}>
        Save as CSV
      </Button>
      {fetching.error && <Alert>{sentenceOf(fetching.error)}</Alert>}
    </div>
  );
}

export function LedgerPart() {
  const { data, error, refetch } = useQuery(ledgerQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      <p className="muted studio__lead">
        Debits less credits of every account. In each currency they add up to nothing.
      </p>
      {data.balances.length === 0 ? (
        <p className="muted">Nothing has been booked yet.</p>
      ) : (
        <ReportTable
          label="Ledger"
          columns={COLUMNS}
          rows={data.balances}
          keyOf={({ account, amount }) => account + amount.currency}
        />
      )}
      <Export />
    </>
  );
}
