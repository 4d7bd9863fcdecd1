// Files and whole folders that somebody dropped or chose, each with its path below what was dropped.

export interface PathedFile {
  path: string;
  file: File;
}

/** More are not taken at once: nobody could look through them. */
export const FILES_MAX = 1000;

/** What was chosen with a field; folders tell where in them a file lay. */
export const chosenFiles = (files: Iterable<File>): PathedFile[] =>
  [...files]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .slice(0, FILES_MAX);

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((done, failed) => entry.file(done, failed));

/** Browsers give a folder's entries in portions, and an empty one at its end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  while (found.length < FILES_MAX) {
    const portion = await new Promise<FileSystemEntry[]>((done, failed) =>
      reader.readEntries(done, failed),
    );
    if (portion.length === 0) break;
    found.push(...portion);
  }
  return found;
}

async function collect(entry: FileSystemEntry, found: PathedFile[]): Promise<void> {
  if (found.length >= FILES_MAX) return;
  if (entry.isFile) {
    const file = await fileOf(entry as FileSystemFileEntry);
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
  } else {
    for (const below of await entriesOf(entry as FileSystemDirectoryEntry)) {
      await collect(below, found);
    }
  }
}

/** What was dropped, folders with all that is in them. */
export async function droppedFiles(data: DataTransfer): Promise<PathedFile[]> {
  // The list is emptied as soon as the event is over, so all entries are asked for at once.
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return chosenFiles(data.files);
  const found: PathedFile[] = [];
  for (const entry of entries) await collect(entry, found);
  return found;
}
