import { expect, test, vi } from "vitest";
import { renewWhenStale } from "./staleParts";

function page() {
  const kept = new Map<string, string>();
  const events = new EventTarget();
  const reload = vi.fn();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  renewWhenStale({ events, kept: () => storage, reload });
  const missing = () => !events.dispatchEvent(new Event("vite:preloadError", { cancelable: true }));
  return { missing, reload };
}

test("a part that is gone has the page loaded anew", () => {
  const { missing, reload } = page();
  expect(missing()).toBe(true);
  expect(reload).toHaveBeenCalledOnce();
});

test("a part that is missing afterwards, too, is told", () => {
  const { missing, reload } = page();
  missing();
  expect(missing()).toBe(false);
  expect(reload).toHaveBeenCalledOnce();
});
