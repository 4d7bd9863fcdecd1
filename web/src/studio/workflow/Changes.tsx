import { Picture } from "../../design/Picture";
import { fieldName, isPicture, valueText } from "./words";

type Fields = Record<string, unknown>;

interface ValueProps {
  field: string;
  value: unknown;
}

/** A value in words, or a picture as it was. */
function Value({ field, value }: ValueProps) {
  if (!isPicture(field)) return <>{valueText(value)}</>;
  if (typeof value !== "string") return <>one from the film</>;
  return <Picture src={value} seed={value} className="deed__picture" sizes="6rem" />;
}

/** Fields as they were and as they are. */
export function Changes({ before, after }: { before: Fields; after: Fields }) {
  return (
    <dl className="deed__changes">
      {Object.keys(after).map((field) => (
        <div key={field}>
          <dt>{fieldName(field)}</dt>
          <dd>
            <del>
              <Value field={field} value={before[field]} />
            </del>{" "}
            <span aria-hidden="true">→</span>{" "}
            <ins>
              <Value field={field} value={after[field]} />
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
