import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { Dismissal, TitleCard } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { cardsQuery, dismissalsQuery, queryClient, thumbsQuery } from "../../api/queries";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { useProfile } from "../useProfile";
import { show } from "./hidden";
import { rowWords } from "./rowWords";
import { putBack } from "./useHiding";

interface Entry {
  key: string;
  words: string;
  /** What takes it back, and what the page need not go by any more. */
  takeBack: () => Promise<unknown>;
  hidden: { row: string | null; titleId: string | null };
}

const LEFT = "A title that has left";

function entryOfThumb(titleId: string, card: TitleCard | undefined): Entry {
  return {
    key: titleId,
    words: card?.name ?? LEFT,
    takeBack: () => call(`/api/viewing/thumbs/${titleId}`, { method: "DELETE" }),
    hidden: { row: null, titleId },
  };
}

function entryOfDismissal({ row, title_id }: Dismissal, card: TitleCard | undefined): Entry {
  const titleId = title_id ?? null;
  const name = titleId ? `${card?.name ?? LEFT}, in ` : "";
  return {
    key: `${row} ${titleId}`,
    words: `${name}“${rowWords(row)}”`,
    takeBack: () => putBack({ row, titleId }),
    hidden: { row, titleId },
  };
}

function List({ label, entries }: { label: string; entries: readonly Entry[] }) {
  const profile = useProfile();
  const back = useMutation({
    mutationFn: (entry: Entry) => entry.takeBack(),
    onSuccess: (_answer, entry) => {
      show(profile, entry.hidden);
      return queryClient.invalidateQueries({ queryKey: [profile] });
    },
  });
  if (entries.length === 0) return null;
  return (
    <section>
      <h2 className="history__part">{label}</h2>
      {back.error && <Alert>{sentenceOf(back.error)}</Alert>}
      <ul className="history" aria-label={label}>
        {entries.map((entry) => (
          <li key={entry.key} className="history__entry" data-row>
            <span className="history__words">{entry.words}</span>
            <Button
              small
              aria-label={`Show again: ${entry.words}`}
              onClick={() => back.mutate(entry)}
            >
              Show again
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the viewer said is not for them, and how to take that back. */
export function HiddenByYou() {
  const profile = useProfile();
  const thumbs = useQuery(thumbsQuery(profile)).data?.thumbs ?? [];
  const dismissals = useQuery(dismissalsQuery(profile)).data?.dismissals ?? [];
  const down = thumbs.filter(({ value }) => value === "down").map(({ title_id }) => title_id);
  const ids = [...new Set([...down, ...dismissals.flatMap(({ title_id }) => title_id ?? [])])];
  const cards = useQuery({ ...cardsQuery(profile, ids), placeholderData: (before) => before });
  const byId = new Map(cards.data?.map((card) => [card.id, card]));
  if (ids.length > 0 && cards.isPending) return null;
  return (
    <>
      <List label="Not for me" entries={down.map((id) => entryOfThumb(id, byId.get(id)))} />
      <List
        label="Taken out of rows"
        entries={dismissals.map((one) => entryOfDismissal(one, byId.get(one.title_id ?? "")))}
      />
    </>
  );
}
