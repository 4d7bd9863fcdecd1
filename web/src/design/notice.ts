// One sentence at the foot of the screen about what was just done, and a way to undo it.

export interface Notice {
  words: string;
  action?: { label: string; act: () => void };
}

const listeners = new Set<() => void>();
let current: Notice | null = null;

function set(next: Notice | null): void {
  current = next;
  listeners.forEach((listener) => listener());
}

export function notify(words: string, action?: Notice["action"]): void {
  set(action ? { words, action } : { words });
}

/** Takes a notice away, unless another has come meanwhile. */
export function closeNotice(notice: Notice): void {
  if (current === notice) set(null);
}

export function listenToNotices(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const noticeNow = (): Notice | null => current;
