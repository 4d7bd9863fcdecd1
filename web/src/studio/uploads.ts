// Films on their way in. Uploads go on while one moves through the studio, a few at a time, and wait
// while the network is away. The service keeps what has arrived and knows each file by its
// fingerprint: after a reload, or on another machine, choosing the same file goes on from there.
import { useSyncExternalStore } from "react";
import { Upload, type DetailedError, type HttpRequest } from "tus-js-client";
import { call } from "../api/client";
import type { OpenUploads } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { accessToken, onSignOut } from "../session/session";

export type UploadPhase = "queued" | "sending" | "waiting" | "needs_file" | "done" | "failed";

export interface UploadState {
  titleId: string;
  fileName: string;
  size_bytes: number;
  sent_bytes: number;
  phase: UploadPhase;
  /** Whether viewers get it only once somebody has approved it. */
  proposed?: boolean;
  /** What went wrong, as a sentence. */
  error: string | null;
}

const KEY = "matinee.uploads";
const ENDPOINT = "/api/catalog/uploads";
export const OPEN_UPLOADS = "/api/catalog/studio/uploads";
/** So many are sent at once: one fills a line, and another one its pauses. */
const SENDING_MAX = 2;
const RETRY_DELAYS_MS = [0, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000, 30_000];

let states: readonly UploadState[] = readKept();
/** The files of this page's uploads. */
const files = new Map<string, File>();
/** Uploads under way; null while the service is asked what it has of a film. */
const running = new Map<string, Upload | null>();
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
    // Storage may be switched off; then this page forgets what it began, and the service does not.
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
function toldBy(error: Error | DetailedError): string {
  const body = "originalResponse" in error ? error.originalResponse?.getBody() : null;
  try {
    const { detail } = JSON.parse(body ?? "") as { detail?: unknown };
    if (typeof detail === "string" && detail) return detail;
  } catch {
    // Not a problem document.
  }
  return "The upload broke off. Check the connection and go on; what has arrived is kept.";
}

/** The same for the same file, on any machine. */
const fingerprintOf = ({ name, size, lastModified }: File): string =>
  `${name}-${size}-${lastModified}`;

async function onBeforeRequest(request: HttpRequest): Promise<void> {
  request.setHeader("Authorization", `Bearer ${await accessToken()}`);
}

function ended(titleId: string, part: Partial<UploadState>): void {
  running.delete(titleId);
  change(titleId, part);
  sendNext();
}

function uploadOf(titleId: string, file: File, { uploads, chunk_bytes }: OpenUploads): Upload {
  const fingerprint = fingerprintOf(file);
  const proposed = states.find((state) => state.titleId === titleId)?.proposed ?? false;
  const earlier = uploads.find(
    (upload) => upload.title_id === titleId && upload.fingerprint === fingerprint,
  );
  return new Upload(file, {
    endpoint: ENDPOINT,
    uploadUrl: earlier?.url ?? null,
    chunkSize: chunk_bytes,
    retryDelays: RETRY_DELAYS_MS,
    storeFingerprintForResuming: false,
    metadata: { title_id: titleId, filename: file.name, fingerprint, proposed: String(proposed) },
    onBeforeRequest,
    onShouldRetry: (error) => {
      if (!mayPass(error)) return false;
      change(titleId, { phase: "waiting" });
      return true;
    },
    onProgress: (sent_bytes) => change(titleId, { phase: "sending", sent_bytes, error: null }),
    onError: (error) => ended(titleId, { phase: "failed", error: toldBy(error) }),
    onSuccess: () => {
      files.delete(titleId);
      ended(titleId, { phase: "done", sent_bytes: file.size });
      // The encode has begun; from here on its progress is looked at often.
      void queryClient.invalidateQueries({ queryKey: ["studio"] });
    },
  });
}

/** Begins what waits, as far as there is room; the oldest goes first. */
function sendNext(): void {
  const queued = states.filter(({ phase }) => phase === "queued").toReversed();
  for (const { titleId } of queued) {
    const file = files.get(titleId);
    if (running.size >= SENDING_MAX) return;
    if (file && !running.has(titleId)) void begin(titleId, file);
  }
}

async function begin(titleId: string, file: File): Promise<void> {
  running.set(titleId, null);
  try {
    const open = await call<OpenUploads>(OPEN_UPLOADS);
    // Given up, or chosen anew, while the service was asked.
    if (running.get(titleId) !== null || files.get(titleId) !== file) return;
    const upload = uploadOf(titleId, file, open);
    running.set(titleId, upload);
    change(titleId, { phase: "sending" });
    upload.start();
  } catch (error) {
    ended(titleId, { phase: "failed", error: sentenceOf(error) });
  }
}

/** Sends a title's film as soon as there is room, going on from what has arrived already. */
export async function startUpload(
  titleId: string,
  file: File,
  proposed = states.find((state) => state.titleId === titleId)?.proposed ?? false,
): Promise<void> {
  const before = running.get(titleId);
  running.delete(titleId);
  await before?.abort();
  files.set(titleId, file);
  const state: UploadState = {
    titleId,
    fileName: file.name,
    size_bytes: file.size,
    sent_bytes: 0,
    phase: "queued",
    proposed,
    error: null,
  };
  show([state, ...states.filter((other) => other.titleId !== titleId)]);
  sendNext();
}

/** Goes on with an upload that failed, if its file is still at hand. */
export function resumeUpload(titleId: string): void {
  change(titleId, { phase: files.has(titleId) ? "queued" : "needs_file", error: null });
  sendNext();
}

/** Gives an upload up; the service forgets what has arrived. */
export async function dropUpload(titleId: string): Promise<void> {
  const upload = running.get(titleId);
  running.delete(titleId);
  files.delete(titleId);
  show(states.filter((state) => state.titleId !== titleId));
  await upload?.abort();
  sendNext();
  try {
    const { uploads } = await call<OpenUploads>(OPEN_UPLOADS);
    const open = uploads.filter(({ title_id }) => title_id === titleId);
    await Promise.all(open.map(({ url }) => Upload.terminate(url, { onBeforeRequest })));
  } catch {
    // It ends by itself once nobody has gone on with it for long.
  }
}

/** An upload that gave up while the network was away goes on when it is back. */
window.addEventListener("online", () => {
  for (const { titleId, phase } of states) if (phase === "failed") resumeUpload(titleId);
});

onSignOut(() => {
  for (const upload of running.values()) void upload?.abort();
  running.clear();
  files.clear();
  show([]);
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Every upload that this page knows of, newest first. */
export const useUploads = (): readonly UploadState[] =>
  useSyncExternalStore(subscribe, () => states);

export function useUpload(titleId: string): UploadState | null {
  return useUploads().find((state) => state.titleId === titleId) ?? null;
}
