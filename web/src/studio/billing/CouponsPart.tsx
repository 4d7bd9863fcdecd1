import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client";
import type { Coupon } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Choice, Field } from "../../design/Field";
import type { Column } from "../ReportTable";
import { AmountFields } from "./AmountFields";
import { couponOf, isFor, isOpen, lasts, redeemed, takesOff, untilWords } from "./couponDraft";
import { Listing } from "./Listing";
import { couponsQuery, renewBilling } from "./queries";
import { StudioForm, UnreadableError } from "./StudioForm";

const ROOT = "/api/billing/studio/coupons";
const COLUMNS: readonly Column<Coupon>[] = [
  { name: "Code", of: ({ code }) => code },
  { name: "Takes off", of: takesOff, isNumber: true },
  { name: "For", of: lasts },
  { name: "Who", of: isFor },
  { name: "Redeemed", of: redeemed, isNumber: true },
  { name: "Until", of: ({ redeem_by }) => untilWords(redeem_by) },
];
const KINDS = [
  ["percent", "A percentage"],
  ["amount", "An amount"],
] as const;
const AUDIENCES = [
  ["anyone", "Anyone"],
  ["new", "New customers"],
  ["returning", "Who comes back"],
] as const;

async function give(data: FormData): Promise<void> {
  const body = couponOf(data);
  if (!body) throw new UnreadableError("Write a percentage up to 100, or an amount like 5.00.");
  await call(ROOT, { method: "POST", body });
}

function Fields() {
  const [kind, setKind] = useState<string>("percent");
  const [audience, setAudience] = useState<string>("anyone");
  return (
    <>
      <div className="studio__pair">
        <Field
          label="Code"
          name="code"
          required
          pattern="[A-Za-z0-9_\-]{2,40}"
          hint="Letters, digits, hyphens"
        />
        <Choice
          label="Takes off"
          name="kind"
          options={KINDS}
          value={kind}
          onChange={(event) => setKind(event.target.value)}
        />
        {kind === "percent" ? (
          <Field label="Per cent" name="percent" inputMode="decimal" required />
        ) : (
          <AmountFields />
        )}
      </div>
      <div className="studio__pair">
        <Field
          label="Months"
          name="months"
          type="number"
          min={1}
          max={1200}
          hint="Empty: as long as the plan lasts"
        />
        <Field label="Redeem until" name="redeem_by" type="date" hint="Empty: always (UTC)" />
        <Field
          label="Redeemed at most"
          name="redemptions_max"
          type="number"
          min={1}
          hint="Empty: as often as wanted"
        />
      </div>
      <div className="studio__pair">
        <Choice
          label="Who may use it"
          name="audience"
          options={AUDIENCES}
          value={audience}
          onChange={(event) => setAudience(event.target.value)}
        />
        {audience === "returning" && (
          <Field
            label="Days since their plan ended"
            name="after_days"
            type="number"
            min={0}
            max={3650}
            defaultValue={90}
          />
        )}
      </div>
    </>
  );
}

export function CouponsPart() {
  const end = useMutation({
    mutationFn: (id: string) => call(`${ROOT}/${id}/end`, { method: "POST" }),
    onSettled: renewBilling,
  });
  const act = (coupon: Coupon, now_ms: number) =>
    isOpen(coupon, now_ms) && (
      <Button small aria-label={`End ${coupon.code}`} onClick={() => end.mutate(coupon.id)}>
        End
      </Button>
    );
  return (
    <>
      {end.error && <Alert>{sentenceOf(end.error)}</Alert>}
      <Listing
        label="Coupons"
        query={couponsQuery}
        columns={COLUMNS}
        keyOf={(row) => row.id}
        none="No coupons were given out."
        act={act}
      />
      <StudioForm title="Give out a coupon" act="Give out coupon" send={give}>
        <Fields />
      </StudioForm>
    </>
  );
}
