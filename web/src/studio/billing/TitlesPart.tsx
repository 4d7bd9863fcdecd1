// Titles that are rented or sold beside the plans.
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client";
import type { TitleOffer } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { cardsQuery } from "../../api/queries";
import { useProfile } from "../../catalog/useProfile";
import { Button } from "../../design/Button";
import { Alert, Choice, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { TitleChoice } from "../delivery/TitleChoice";
import type { Column } from "../ReportTable";
import { AmountFields, NO_AMOUNT } from "./AmountFields";
import { amountOf, amountWords } from "./amounts";
import { Listing } from "./Listing";
import { renewBilling, titlePricesQuery } from "./queries";
import { StudioForm, UnreadableError } from "./StudioForm";

const ROOT = "/api/billing/studio/title-prices";
const KINDS = [
  ["rental", "Rent"],
  ["purchase", "Buy for good"],
] as const;

/** The names of titles that are for sale; those that nobody may see yet have none here. */
function useNames(): Map<string, string> {
  const { data } = useInfiniteQuery(titlePricesQuery);
  const ids = [...new Set(data?.pages.flat().map(({ title_id }) => title_id))];
  const cards = useQuery(cardsQuery(useProfile(), ids));
  return new Map(cards.data?.map(({ id, name }) => [id, name]));
}

const howWords = ({ window_hours: hours }: TitleOffer): string =>
  hours === null ? "bought for good" : `rented for ${hours} hours`;

const columnsWith = (names: Map<string, string>): readonly Column<TitleOffer>[] => [
  { name: "Title", of: ({ title_id }) => names.get(title_id) ?? `not published (${title_id})` },
  { name: "How", of: howWords },
  { name: "Price", of: (offer) => amountWords(offer), isNumber: true },
];

function Fields({ choose }: { choose: (id: string) => void }) {
  const [kind, setKind] = useState<string>("rental");
  return (
    <>
      <TitleChoice label="Title" choose={({ id }) => choose(id)} />
      <div className="studio__pair">
        <Choice
          label="How"
          name="kind"
          options={KINDS}
          value={kind}
          onChange={(event) => setKind(event.target.value)}
        />
        {kind === "rental" && (
          <Field
            label="Hours that it plays"
            name="hours"
            type="number"
            min={1}
            max={24 * 366}
            defaultValue={48}
            required
          />
        )}
        <AmountFields label="Price" />
      </div>
    </>
  );
}

export function TitlesPart() {
  const names = useNames();
  const [title, setTitle] = useState<string>();
  const withdraw = useMutation({
    mutationFn: (id: string) => call(`${ROOT}/${id}`, { method: "DELETE" }),
    onSettled: renewBilling,
  });
  const offer = async (data: FormData): Promise<void> => {
    const amount = amountOf(data);
    if (!title) throw new UnreadableError("Choose one of the titles in the list.");
    if (!amount) throw new UnreadableError(NO_AMOUNT);
    const hours = textOf(data, "kind") === "rental" ? Number(textOf(data, "hours")) : null;
    await call(ROOT, { method: "POST", body: { title_id: title, ...amount, window_hours: hours } });
  };
  return (
    <>
      {withdraw.error && <Alert>{sentenceOf(withdraw.error)}</Alert>}
      <Listing
        label="Titles for sale"
        query={titlePricesQuery}
        columns={columnsWith(names)}
        keyOf={(row) => row.id}
        none="Every title comes with the plans; none is rented or sold alone."
        act={(row) => (
          <Button
            small
            aria-label={`Offer no longer: ${names.get(row.title_id) ?? row.title_id}, ${howWords(row)}`}
            onClick={() => withdraw.mutate(row.id)}
          >
            Offer no longer
          </Button>
        )}
      />
      <StudioForm
        title="Rent out or sell a title"
        lead="Beside the plans, which play it too. A new price takes the place of the old one; what was bought stays."
        act="Offer title"
        send={offer}
        done={() => setTitle(undefined)}
      >
        <Fields choose={setTitle} />
      </StudioForm>
    </>
  );
}
