// Files are asked about, become titles, and are sent with the subtitles that lie beside them.
import { call } from "../../api/client";
import type { FileGuesses, FileTitles } from "../../api/messages";
import { queryClient } from "../../api/queries";
import { startUpload } from "../uploads";
import type { PathedFile } from "./dropped";
import { draftOf, portions, rowsOf, subtitlesOf, type FileRow } from "./fileRows";

/** As many names as the service reads at once, and titles that it makes in one go. */
const GUESSED_AT_ONCE = 200;
const MADE_AT_ONCE = 50;

/** What the service takes files for. */
export async function guessed(files: readonly PathedFile[]): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for (const some of portions(files, GUESSED_AT_ONCE)) {
    const paths = some.map(({ path }) => path);
    const { files: guesses } = await call<FileGuesses>("/api/catalog/studio/files/guesses", {
      method: "POST",
      body: { paths },
    });
    rows.push(...rowsOf(guesses, some));
  }
  return rows;
}

async function sendSubtitles(titleId: string, row: FileRow): Promise<void> {
  if (row.file === null) return;
  const parameters = new URLSearchParams({
    language: row.language,
    forced: `${row.forced}`,
    file_name: row.file.name.slice(0, 200),
  });
  const path = `/api/catalog/studio/titles/${titleId}/subtitles?${parameters}`;
  await call(path, { method: "PUT", body: new Blob([row.file]) });
}

/** Makes the titles of the chosen rows and begins to send their films; tells what is done. */
export async function take(
  chosen: readonly FileRow[],
  rows: readonly FileRow[],
  onTaken: (paths: ReadonlySet<string>) => void,
): Promise<void> {
  try {
    for (const some of portions(chosen, MADE_AT_ONCE)) {
      const { titles } = await call<FileTitles>("/api/catalog/studio/files/titles", {
        method: "POST",
        body: { files: some.map(draftOf) },
      });
      for (const [index, row] of some.entries()) {
        const title = titles[index];
        if (!title || !row.file) continue;
        void startUpload(title.title_id, row.file);
        onTaken(new Set([row.path]));
        // Beside the film before it is encoded, so that they are shown at once.
        for (const one of subtitlesOf(row, rows)) {
          await sendSubtitles(title.title_id, one);
          onTaken(new Set([one.path]));
        }
      }
    }
  } finally {
    await queryClient.invalidateQueries({ queryKey: ["studio"] });
  }
}
