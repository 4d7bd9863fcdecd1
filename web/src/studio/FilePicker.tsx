import { useId, useState } from "react";
import { Icon } from "../design/Icon";

const SIZE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** "3.4 GB", in powers of ten. */
export function sizeWords(size_bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, size_bytes)) / 3));
  return `${SIZE.format(size_bytes / 1000 ** power)} ${units[power] ?? "B"}`;
}

interface FilePickerProps {
  label: string;
  accept: string;
  hint: string;
  onFile: (file: File | null) => void;
}

/** A field to drop a file on, or to choose one with. */
export function FilePicker({ label, accept, hint, onFile }: FilePickerProps) {
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  return (
    <div className="drop">
      <Icon name="upload" />
      <label htmlFor={id}>{label}</label>
      <span className="field__hint" id={`${id}-hint`}>
        {file ? `${file.name}, ${sizeWords(file.size)}` : hint}
      </span>
      <input
        id={id}
        type="file"
        accept={accept}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const chosen = event.target.files?.[0] ?? null;
          setFile(chosen);
          onFile(chosen);
          // So that the same file can be chosen again once it was corrected.
          event.target.value = "";
        }}
      />
    </div>
  );
}
