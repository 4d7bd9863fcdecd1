import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Button } from "../../design/Button";
import { Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import type { AuditEntry, AuditPage } from "../../identity/messages";
import { momentWords } from "../../identity/wording";
import { textOf } from "../../session/formText";
import { ReportTable, type Column } from "../ReportTable";
import { auditQuery } from "./queries";

/** "why: wrong_password, tries: 3". */
const factsWords = ({ facts }: AuditEntry): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`)
    .join(", ");

const COLUMNS: readonly Column<AuditEntry>[] = [
  { name: "Number", of: ({ number }) => `${number}`, isNumber: true },
  { name: "When", of: ({ at }) => momentWords(at) },
  { name: "What", of: ({ action, service }) => `${action} (${service})` },
  { name: "Who", of: ({ email, account_id, part }) => email ?? account_id ?? part },
  { name: "From", of: ({ place }) => place || "–" },
  { name: "About", of: ({ about }) => about ?? "–" },
  { name: "Facts", of: (entry) => factsWords(entry) || "–" },
  { name: "Reason", of: ({ reason }) => reason ?? "–" },
];

function Chain({ chain }: { chain: AuditPage["chain"] }) {
  if (!chain.is_whole) {
    return (
      <p className="alert" role="alert">
        The log was tampered with: {chain.trouble ?? "its chain is broken"}. Run “matinee audit
        verify” to see where.
      </p>
    );
  }
  return (
    <p className="muted" role="status">
      {chain.entries} entries looked at, none changed or missing; signed up to number{" "}
      {chain.signed_until}.
    </p>
  );
}

/** What was done by whom: it cannot be changed, and says so where it was. */
export function AuditPart() {
  const [action, setAction] = useState("");
  const log = useInfiniteQuery(auditQuery(action));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAction(textOf(new FormData(event.currentTarget), "action").trim());
  };
  const newest = log.data?.pages[0];
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <>
      <form className="beside studio__lead" onSubmit={submit} aria-label="Filter the audit log">
        <Field label="What" name="action" maxLength={60} placeholder="sign_in.failed" />
        <Button type="submit">Show</Button>
      </form>
      {log.error ? (
        <Failure error={log.error} retry={() => void log.refetch()} />
      ) : newest ? (
        <>
          <Chain chain={newest.chain} />
          <ReportTable
            label="Audit log"
            columns={COLUMNS}
            rows={entries}
            keyOf={({ number }) => `${number}`}
          />
          {log.hasNextPage && (
            <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
              Show older
            </Button>
          )}
        </>
      ) : (
        <LoadingPart />
      )}
    </>
  );
}
