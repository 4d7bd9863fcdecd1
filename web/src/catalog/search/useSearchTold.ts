// Tells what was searched for, once somebody stayed to look at what was found or opened some of it:
// every letter on the way there is no search.
import { useEffect } from "react";
import { call } from "../../api/client";
import type { SearchPage, SearchTold } from "../../api/messages";

/** Who looks this long has read that nothing was found. */
const STAYED_MS = 1500;
const OPENED = /^\/(title|watch)\//;

export function useSearchTold(words: string, page: SearchPage | undefined): void {
  const found = page?.query === words ? page.cards.length : null;
  useEffect(() => {
    if (found === null || words === "") return;
    const since_ms = performance.now();
    let isTold = false;
    const tell = () => {
      const taken = OPENED.test(location.pathname);
      if (isTold || (!taken && performance.now() - since_ms < STAYED_MS)) return;
      isTold = true;
      const body: SearchTold = { query: words, found, taken };
      call("/api/insights/searches", { method: "POST", body, keepalive: true }).catch(
        () => undefined,
      );
    };
    window.addEventListener("pagehide", tell);
    return () => {
      window.removeEventListener("pagehide", tell);
      tell();
    };
  }, [words, found]);
}
