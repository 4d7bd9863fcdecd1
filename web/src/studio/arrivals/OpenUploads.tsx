// Uploads of this page, and those that were begun elsewhere and wait for their file.
import { useQuery } from "@tanstack/react-query";
import type { OpenUpload } from "../../api/messages";
import { Button } from "../../design/Button";
import { sizeWords } from "../FilePicker";
import { UploadProgress } from "../Progress";
import { dropUpload, startUpload, useUploads } from "../uploads";
import { openUploadsQuery } from "./queries";

function Elsewhere({ upload }: { upload: OpenUpload }) {
  const { title_id, name, file_name, offset_bytes, size_bytes } = upload;
  return (
    <li className="upload">
      <span className="upload__name">{name}</span>
      <div className="studio__go-on">
        <span>
          {sizeWords(offset_bytes)} of {sizeWords(size_bytes)} of {file_name} have arrived. Choose
          the same file to go on from there, on any machine.
        </span>
        <span className="studio__buttons">
          <label className="button button--small studio__file">
            Choose file
            <input
              type="file"
              className="unseen"
              aria-label={`Choose the file of ${name} again`}
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file) void startUpload(title_id, file);
              }}
            />
          </label>
          <Button
            small
            look="plain"
            aria-label={`Give up the upload of ${name}`}
            onClick={() => void dropUpload(title_id)}
          >
            Give up
          </Button>
        </span>
      </div>
    </li>
  );
}

export function OpenUploads() {
  const { data } = useQuery(openUploadsQuery);
  const here = useUploads().filter(({ phase }) => phase !== "done" && phase !== "needs_file");
  const own = new Set(here.map(({ titleId }) => titleId));
  const elsewhere = (data?.uploads ?? []).filter(({ title_id }) => !own.has(title_id));
  if (here.length + elsewhere.length === 0) return null;
  return (
    <section aria-labelledby="open-uploads">
      <h2 id="open-uploads" className="studio__sub">
        Uploads under way
      </h2>
      <ul className="uploads" aria-label="Uploads under way">
        {here.map((upload) => (
          <li key={upload.titleId} className="upload">
            <span className="upload__name">{upload.fileName}</span>
            <UploadProgress upload={upload} name={upload.fileName} />
          </li>
        ))}
        {elsewhere.map((upload) => (
          <Elsewhere key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  );
}
