// Films on their way in. Uploads go on while one moves through the studio, wait while the network is
// away, and after a reload go on from where they were once the same file is chosen again.
import { useSyncExternalStore } from "react";
import { Upload, type DetailedError } from "tus-js-client";
import { queryClient } from "../api/queries";
import { accessToken, onSignOut } from "../session/session";

export type UploadPhase = "sending" | "waiting" | "needs_file" | "done" | "failed";

export interface UploadState {
  titleId: string;
  fileName: string;
  size_bytes: number;
  sent_bytes: number;
  phase: UploadPhase;
  /** What went wrong, as a sentence. */
  error: string | null;
}

const KEY = "matinee.uploads";
const ENDPOINT = "/api/catalog/uploads";
/** Small enough that a broken one costs little, large enough that most time goes into sending. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000, 30_000];

let states: readonly UploadState[] = readKept();
const running = new Map<string, Upload>();
const listeners = new Set<() => void>();

/** Uploads that an earlier page began and did not finish. */
function readKept(): UploadState[] {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]") as UploadState[];
    return kept.map((state) => ({ ...state, phase: "needs_file", error: null }));
  } catch {
    return [];
  }
}

function keep(): void {
  try {
    const open = states.filter(({ phase }) => phase !== "done");
    localStorage.setItem(KEY, JSON.stringify(open));
  } catch {
    // Storage may be switched off; then an upload ends with its page.
  }
}

function show(next: readonly UploadState[]): void {
  states = next;
  keep();
  for (const listener of listeners) listener();
}

function change(titleId: string, part: Partial<UploadState>): void {
  show(states.map((state) => (state.titleId === titleId ? { ...state, ...part } : state)));
}

const PASSING = new Set([401, 409, 423, 429]);

function mayPass(error: DetailedError): boolean {
  const status = error.originalResponse?.getStatus() ?? 0;
  return status === 0 || status >= 500 || PASSING.has(status);
}

/** The sentence that the service sent, or one of ours. */
function sentenceOf(error: Error | DetailedError): string {
  const body = "originalResponse" in error ? error.originalResponse?.getBody() : null;
  try {
    const { detail } = JSON.parse(body ?? "") as { detail?: unknown };
    if (typeof detail === "string" && detail) return detail;
  } catch {
    // Not a problem document.
  }
  return "The upload broke off. Check the connection and go on; what has arrived is kept.";
}

function uploadOf(titleId: string, file: File): Upload {
  return new Upload(file, {
    endpoint: ENDPOINT,
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    removeFingerprintOnSuccess: true,
    metadata: { title_id: titleId, filename: file.name },
    fingerprint: () =>
      Promise.resolve(`matinee-${titleId}-${file.name}-${file.size}-${file.lastModified}`),
    onBeforeRequest: async (request) => {
      request.setHeader("Authorization", `Bearer ${await accessToken()}`);
    },
    onShouldRetry: (error) => {
      if (!mayPass(error)) return false;
      change(titleId, { phase: "waiting" });
      return true;
    },
    onProgress: (sent_bytes) => change(titleId, { phase: "sending", sent_bytes, error: null }),
    onError: (error) => change(titleId, { phase: "failed", error: sentenceOf(error) }),
    onSuccess: () => {
      running.delete(titleId);
      change(titleId, { phase: "done", sent_bytes: file.size });
      // The encode has begun; from here on its progress is looked at often.
      void queryClient.invalidateQueries({ queryKey: ["studio"] });
    },
  });
}

/** Sends a title's film, going on from what has arrived already. */
export async function startUpload(titleId: string, file: File): Promise<void> {
  await running.get(titleId)?.abort();
  const upload = uploadOf(titleId, file);
  running.set(titleId, upload);
  const state: UploadState = {
    titleId,
    fileName: file.name,
    size_bytes: file.size,
    sent_bytes: 0,
    phase: "sending",
    error: null,
  };
  show([state, ...states.filter((other) => other.titleId !== titleId)]);
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  upload.start();
}

/** Goes on with an upload that failed; the file is still at hand. */
export function resumeUpload(titleId: string): void {
  const upload = running.get(titleId);
  if (!upload) {
    change(titleId, { phase: "needs_file" });
    return;
  }
  change(titleId, { phase: "sending", error: null });
  upload.start();
}

/** Gives an upload up; the service forgets what has arrived. */
export async function dropUpload(titleId: string): Promise<void> {
  const upload = running.get(titleId);
  running.delete(titleId);
  show(states.filter((state) => state.titleId !== titleId));
  await upload?.abort(true).catch(() => undefined);
}

/** An upload that gave up while the network was away goes on when it is back. */
window.addEventListener("online", () => {
  for (const { titleId, phase } of states) {
    if (phase === "failed" && running.has(titleId)) resumeUpload(titleId);
  }
});

onSignOut(() => {
  for (const upload of running.values()) void upload.abort();
  running.clear();
  show([]);
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useUpload(titleId: string): UploadState | null {
  const all = useSyncExternalStore(subscribe, () => states);
  return all.find((state) => state.titleId === titleId) ?? null;
}
