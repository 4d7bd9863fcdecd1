import { useState } from "react";
import { call } from "../../api/client";
import type { GiftCard, GivenCard } from "../../api/messages";
import { dayOf } from "../../billing/standing";
import { Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import type { Column } from "../ReportTable";
import { AmountFields, NO_AMOUNT } from "./AmountFields";
import { amountOf, amountWords, dayStart } from "./amounts";
import { untilWords } from "./couponDraft";
import { Listing } from "./Listing";
import { giftCardsQuery } from "./queries";
import { StudioForm, UnreadableError } from "./StudioForm";

const COLUMNS: readonly Column<GivenCard>[] = [
  { name: "Card", of: ({ last_letters }) => `… ${last_letters}` },
  { name: "Amount", of: ({ amount }) => amountWords(amount), isNumber: true },
  { name: "Given", of: ({ given_at }) => dayOf(given_at) },
  { name: "Valid until", of: ({ expires_at }) => untilWords(expires_at) },
  { name: "Redeemed", of: ({ redeemed_at }) => untilWords(redeemed_at) },
];

async function give(data: FormData): Promise<GiftCard> {
  const amount = amountOf(data);
  if (!amount) throw new UnreadableError(NO_AMOUNT);
  const body = { ...amount, expires_at: dayStart(textOf(data, "expires_at")) };
  return call<GiftCard>("/api/billing/studio/gift-cards", { method: "POST", body });
}

export function GiftCardsPart() {
  const [given, setGiven] = useState<GiftCard>();
  return (
    <>
      <Listing
        label="Gift cards"
        query={giftCardsQuery}
        columns={COLUMNS}
        keyOf={(row) => row.id}
        none="No gift cards were made."
      />
      <StudioForm
        title="Make a gift card"
        lead="Whoever has its code puts the amount to their credit, once. It pays their next invoices."
        act="Make gift card"
        send={give}
        done={setGiven}
      >
        <div className="studio__pair">
          <AmountFields />
          <Field label="Valid until" name="expires_at" type="date" hint="Empty: always (UTC)" />
        </div>
      </StudioForm>
      <div role="status">
        {given && (
          <p className="billing__code">
            {amountWords(given)}: <code>{given.code}</code>
            <span className="muted">Note it now: it is shown this once.</span>
          </p>
        )}
      </div>
    </>
  );
}
