// How far a film is on its way in: first the upload, then the encode.
import type { EncodeProgress } from "../api/messages";
import { Button } from "../design/Button";
import { Bar } from "./Bar";
import { isRunning, STAGES } from "./encodeStages";
import { sizeWords } from "./FilePicker";
import { dropUpload, resumeUpload, startUpload, useUpload, type UploadState } from "./uploads";

/** Asks for the file of an upload that an earlier page began. */
function GoOn({ upload, name }: { upload: UploadState; name: string }) {
  return (
    <div className="studio__go-on">
      <span>
        The upload of {upload.fileName} stopped at {sizeWords(upload.sent_bytes)} of{" "}
        {sizeWords(upload.size_bytes)}. Choose the file again to go on from there.
      </span>
      <span className="studio__buttons">
        <label className="button button--small studio__file">
          Choose file
          <input
            type="file"
            className="unseen"
            accept="video/*,.mkv,.mov,.mp4,.webm,.avi,.ts"
            aria-label={`Choose the file of ${name} again`}
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) void startUpload(upload.titleId, file);
            }}
          />
        </label>
        <Button small look="plain" onClick={() => void dropUpload(upload.titleId)}>
          Give up
        </Button>
      </span>
    </div>
  );
}

const NOTES = {
  queued: "Waiting for other uploads",
  sending: "Uploading",
  waiting: "Waiting for the network",
  done: "Uploaded",
} as const;

export function UploadProgress({ upload, name }: { upload: UploadState; name: string }) {
  if (upload.phase === "needs_file") return <GoOn upload={upload} name={name} />;
  if (upload.phase === "failed") {
    return (
      <div className="studio__go-on" role="alert">
        <span className="studio__error">{upload.error}</span>
        <span className="studio__buttons">
          <Button small icon="replay" onClick={() => resumeUpload(upload.titleId)}>
            Go on
          </Button>
          <Button small look="plain" onClick={() => void dropUpload(upload.titleId)}>
            Give up
          </Button>
        </span>
      </div>
    );
  }
  const fraction = upload.size_bytes > 0 ? upload.sent_bytes / upload.size_bytes : 0;
  return <Bar label={`Upload of ${name}`} fraction={fraction} note={NOTES[upload.phase]} />;
}

interface ProgressProps {
  titleId: string;
  name: string;
  progress: EncodeProgress | null;
}

export function Progress({ titleId, name, progress }: ProgressProps) {
  const upload = useUpload(titleId);
  if (upload && upload.phase !== "done") return <UploadProgress upload={upload} name={name} />;
  if (!progress || progress.stage === "done") return null;
  if (progress.error !== null || progress.stage === "failed") {
    return <p className="studio__error">{progress.error ?? "Encoding failed. Try again."}</p>;
  }
  if (!isRunning(progress)) {
    return (
      <p className="studio__aside">
        Encoding was stopped. {progress.playable ? "What is there plays on." : "Nothing plays yet."}
      </p>
    );
  }
  const note = STAGES[progress.stage] + (progress.playable ? ", playable already" : "");
  return <Bar label={`Encoding of ${name}`} fraction={progress.fraction} note={note} />;
}
