import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { TaxRate, TaxRateDraft } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { dayOf } from "../../billing/standing";
import { Button } from "../../design/Button";
import { Alert, Choice, Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { textOf } from "../../session/formText";
import { ReportTable, type Column } from "../ReportTable";
import { dayStart } from "./amounts";
import { untilWords } from "./couponDraft";
import { renewBilling, taxRatesQuery } from "./queries";
import { StudioForm, UnreadableError } from "./StudioForm";

const ROOT = "/api/billing/studio/tax-rates";
const NUMBER = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 });
const COUNTRIES = new Intl.DisplayNames(undefined, { type: "region" });
const HOW = [
  ["yes", "In the price already"],
  ["no", "Added to the price"],
] as const;

/** "Canada (CA-QC)"; a part of a country is told by its country's name and its code. */
function placeOf({ territory }: TaxRate): string {
  const [country = ""] = territory.split("-");
  return `${COUNTRIES.of(country) ?? country} (${territory})`;
}

const COLUMNS: readonly Column<TaxRate>[] = [
  { name: "Where", of: placeOf },
  { name: "Tax", of: ({ name }) => name },
  { name: "Rate", of: ({ percent }) => `${NUMBER.format(Number(percent))} %`, isNumber: true },
  { name: "How", of: ({ inclusive }) => (inclusive ? "in the price" : "added") },
  { name: "From", of: ({ valid_from }) => dayOf(valid_from) },
  { name: "Until", of: ({ valid_until }) => untilWords(valid_until) },
];

/** Whether a rate can be ended now: it has begun, and no end is set that is past. */
const isRunning = ({ valid_from, valid_until }: TaxRate, now_ms: number): boolean =>
  Date.parse(valid_from) < now_ms && (!valid_until || Date.parse(valid_until) > now_ms);

async function add(data: FormData): Promise<void> {
  const percent = textOf(data, "percent").trim().replace(",", ".");
  if (!/^\d{1,3}(\.\d{1,4})?$/.test(percent)) {
    throw new UnreadableError("Write a rate in per cent, like 19 or 7.7.");
  }
  const body: TaxRateDraft = {
    territory: textOf(data, "territory").trim().toUpperCase(),
    name: textOf(data, "name").trim(),
    percent,
    inclusive: textOf(data, "inclusive") === "yes",
    valid_from: dayStart(textOf(data, "valid_from")) ?? new Date().toISOString(),
  };
  await call(ROOT, { method: "POST", body });
}

function Table({ rates, now_ms }: { rates: readonly TaxRate[]; now_ms: number }) {
  const end = useMutation({
    mutationFn: (id: string) => call(`${ROOT}/${id}/end`, { method: "POST" }),
    onSettled: renewBilling,
  });
  return (
    <>
      {end.error && <Alert>{sentenceOf(end.error)}</Alert>}
      <ReportTable
        label="Taxes"
        columns={COLUMNS}
        rows={rates}
        keyOf={(rate) => rate.id}
        act={(rate) =>
          isRunning(rate, now_ms) && (
            <Button
              small
              aria-label={`End ${rate.name} in ${rate.territory}`}
              onClick={() => end.mutate(rate.id)}
            >
              End now
            </Button>
          )
        }
      />
    </>
  );
}

export function TaxesPart() {
  const { data, dataUpdatedAt, error, refetch } = useQuery(taxRatesQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      {data.length === 0 ? (
        <p className="muted">No taxes are charged.</p>
      ) : (
        <Table rates={data} now_ms={dataUpdatedAt} />
      )}
      <StudioForm
        title="Add a rate"
        lead="A rate of the same name ends where the new one begins. Invoices that were written stay as they are."
        act="Add rate"
        send={add}
      >
        <div className="studio__pair">
          <Field
            label="Territory"
            name="territory"
            required
            pattern="[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?"
            hint="DE, or CA-QC for a part of a country"
          />
          <Field label="Name of the tax" name="name" required maxLength={40} />
          <Field label="Per cent" name="percent" inputMode="decimal" required />
        </div>
        <div className="studio__pair">
          <Choice label="How it is charged" name="inclusive" options={HOW} />
          <Field label="From" name="valid_from" type="date" hint="Empty: from now on (UTC)" />
        </div>
      </StudioForm>
    </>
  );
}
