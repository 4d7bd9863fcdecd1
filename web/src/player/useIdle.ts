import { useCallback, useEffect, useRef, useState } from "react";

/** Controls fade after this long without a touch. */
const IDLE_MS = 3_200;

/** Whether the controls may hide: `may` is false while something must stay visible. */
export function useIdle(may: boolean) {
  const [idle, setIdle] = useState(false);
  const timer = useRef<number>(undefined);
  const stir = useCallback(() => {
    setIdle(false);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setIdle(true), IDLE_MS);
  }, []);
  const rest = useCallback(() => {
    clearTimeout(timer.current);
    setIdle(true);
  }, []);
  useEffect(() => {
    timer.current = window.setTimeout(() => setIdle(true), IDLE_MS);
    return () => clearTimeout(timer.current);
  }, [may]);
  return { hidden: idle && may, stir, rest };
}
