import { useId, useState } from "react";
import { Icon } from "../../design/Icon";
import { chosenFiles, droppedFiles, type PathedFile } from "./dropped";

interface DropZoneProps {
  onFiles: (files: PathedFile[]) => void;
}

/** A place to drop films and whole folders on, with two fields that do the same by keys. */
export function DropZone({ onFiles }: DropZoneProps) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const chosen = (list: FileList | null) => list && onFiles(chosenFiles(list));
  return (
    // Dropping needs a pointer; the two fields inside do the same with keys.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      className={isOver ? "dropzone dropzone--over" : "dropzone"}
      role="group"
      aria-labelledby={`${id}-title`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void droppedFiles(event.dataTransfer).then(onFiles);
      }}
    >
      <Icon name="upload" />
      <p id={`${id}-title`} className="dropzone__title">
        Drop films and folders here
      </p>
      <p className="field__hint">
        Names like “Dark/Season 1/Dark S01E02.mkv” or “Metropolis (1927).mkv” are understood.
      </p>
      <div className="studio__buttons">
        <label className="button button--small studio__file">
          Choose files
          <input
            type="file"
            multiple
            className="unseen"
            onChange={(event) => chosen(event.target.files)}
          />
        </label>
        <label className="button button--small studio__file">
          Choose a folder
          <input
            type="file"
            multiple
            className="unseen"
            {...{ webkitdirectory: "" }}
            onChange={(event) => chosen(event.target.files)}
          />
        </label>
      </div>
    </div>
  );
}
