import { Button } from "../../design/Button";
import { saveFile } from "../../billing/saveFile";

interface NewRecoveryCodesProps {
  codes: readonly string[];
  onDone: () => void;
}

/** Shown once: afterwards nobody has them but who wrote them down. */
export function NewRecoveryCodes({ codes, onDone }: NewRecoveryCodesProps) {
  const text = `Recovery codes for Matinee; each works once.\n\n${codes.join("\n")}\n`;
  return (
    <div className="part">
      <p role="status">
        Put these recovery codes where you find them without your phone. Each works once; they are
        not shown again.
      </p>
      <ul className="codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="acts">
        <Button
          onClick={() => saveFile(new Blob([text], { type: "text/plain" }), "matinee-codes.txt")}
        >
          Save as a file
        </Button>
        <Button look="primary" onClick={onDone}>
          I have put them away
        </Button>
      </div>
    </div>
  );
}
