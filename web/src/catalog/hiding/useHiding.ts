import { useMemo, useSyncExternalStore } from "react";
import { call } from "../../api/client";
import type { Row, TitleCard } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { historyForget, queryClient } from "../../api/queries";
import { notify } from "../../design/notice";
import { useProfile } from "../useProfile";
import { hiddenNow, hide, isGone, listen, rowKeyOf, rowsLeft, show, type Hidden } from "./hidden";

/** The rows of a page without what was just taken out of them. */
export function useRowsLeft(rows: readonly Row[]): Row[] {
  const profile = useProfile();
  const hidden = useSyncExternalStore(listen, hiddenNow);
  return useMemo(() => rowsLeft(rows, profile, hidden), [rows, profile, hidden]);
}

/** Cards without those that were just said to be nothing for this profile. */
export function useCardsLeft<T extends TitleCard>(cards: readonly T[]): T[] {
  const profile = useProfile();
  const hidden = useSyncExternalStore(listen, hiddenNow);
  return cards.filter((card) => !isGone(card.id, profile, hidden));
}

/** Whether a title was just said to be nothing for this profile. */
export function useIsGone(titleId: string): boolean {
  const profile = useProfile();
  const hidden = useSyncExternalStore(listen, hiddenNow);
  return isGone(titleId, profile, hidden);
}

/** Until what pages are made from has heard of a change. */
const HEARD_MS = 1_000;

interface Change {
  hidden: Hidden;
  /** Said once it is done. */
  words: string;
  send: () => Promise<unknown>;
  takeBack: () => Promise<unknown>;
}

/** Looks at everything again as soon as it can be different. */
function refreshSoon(profile: string): void {
  setTimeout(() => void queryClient.invalidateQueries({ queryKey: [profile] }), HEARD_MS);
}

/** Makes a change that can be seen at once, offers to undo it, and undoes it where it fails. */
async function make(profile: string, { hidden, words, send, takeBack }: Change): Promise<void> {
  const refresh = () => refreshSoon(profile);
  hide(profile, hidden);
  notify(words, {
    label: "Undo",
    act: () => {
      show(profile, hidden);
      takeBack().then(refresh, (error: unknown) => notify(sentenceOf(error)));
    },
  });
  try {
    await send();
    refresh();
  } catch (error) {
    show(profile, hidden);
    notify(sentenceOf(error));
  }
}

const thumbPath = (titleId: string) => `/api/viewing/thumbs/${titleId}`;

/** Lets a title or a row come again. */
export function putBack({ row, titleId }: { row: string; titleId: string | null }) {
  const wanted = new URLSearchParams({ row, ...(titleId && { title_id: titleId }) });
  return call(`/api/viewing/dismissals?${wanted}`, { method: "DELETE" });
}

/** What a viewer can do about cards and rows that are not for them. */
export function useHiding() {
  const profile = useProfile();
  const dismiss = (row: Row, titleId: string | null, words: string) => {
    const key = rowKeyOf(row);
    return make(profile, {
      hidden: { row: key, titleId },
      words,
      send: () =>
        call("/api/viewing/dismissals", { method: "PUT", body: { row: key, title_id: titleId } }),
      takeBack: () => putBack({ row: key, titleId }),
    });
  };
  return {
    notForMe: (card: TitleCard) =>
      make(profile, {
        hidden: { row: null, titleId: card.id },
        words: `${card.name} is not shown to you any more.`,
        send: () => call(thumbPath(card.id), { method: "PUT", body: { value: "down" } }),
        takeBack: () => call(thumbPath(card.id), { method: "DELETE" }),
      }),
    takeOut: (card: TitleCard, row: Row) =>
      dismiss(row, card.id, `${card.name} was taken out of “${row.name}”.`),
    takeOff: (row: Row) => dismiss(row, null, `“${row.name}” is not shown any more.`),
    /** Forgets that a film or a series was watched; cannot be undone. */
    forget: async (titleId: string, name: string) => {
      try {
        await historyForget(profile, titleId);
        refreshSoon(profile);
        notify(`Forgotten: ${name} was watched.`);
      } catch (error) {
        notify(sentenceOf(error));
      }
    },
  };
}
