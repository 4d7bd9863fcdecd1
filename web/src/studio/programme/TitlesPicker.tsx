import { useInfiniteQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { RoundButton } from "../../design/Button";
import { Field } from "../../design/Field";
import { studioTitlesQuery } from "../queries";
import { useSettled } from "../useSettled";
import { moved, type NamedTitle } from "./rowDraft";

interface TitlesPickerProps {
  /** What the titles are for, as the list's name. */
  label: string;
  add: string;
  titles: readonly NamedTitle[];
  onChange: (titles: NamedTitle[]) => void;
  most: number;
}

/** What stands on shelves by itself. */
const KINDS = new Set(["film", "short", "series"]);

/** Chooses titles by their names and brings them into an order. */
export function TitlesPicker({ label, add, titles, onChange, most }: TitlesPickerProps) {
  const [words, setWords] = useState("");
  const settled = useSettled(words);
  const { data } = useInfiniteQuery({ ...studioTitlesQuery(settled), refetchInterval: false });
  const list = useId();
  const found = (data?.pages ?? [])
    .flatMap((page) => page.titles.map(({ title }) => title))
    .filter(({ id, kind }) => KINDS.has(kind) && titles.every((one) => one.id !== id));
  const look = (text: string) => {
    const chosen = found.find(({ name }) => name === text);
    setWords(chosen ? "" : text);
    if (chosen) onChange([...titles, { id: chosen.id, name: chosen.name }]);
  };
  return (
    <div className="picker">
      <ol className="picker__titles" aria-label={label}>
        {titles.map(({ id, name }, at) => (
          <li key={id} className="picker__title">
            <span className="picker__name">{name}</span>
            <RoundButton
              icon="left"
              label={`Move ${name} forward`}
              disabled={at === 0}
              onClick={() => onChange(moved(titles, at, -1))}
            />
            <RoundButton
              icon="right"
              label={`Move ${name} back`}
              disabled={at === titles.length - 1}
              onClick={() => onChange(moved(titles, at, 1))}
            />
            <RoundButton
              icon="close"
              label={`Take ${name} out`}
              onClick={() => onChange(titles.filter((one) => one.id !== id))}
            />
          </li>
        ))}
      </ol>
      {titles.length < most && (
        <>
          <Field
            label={add}
            list={list}
            value={words}
            onChange={({ target }) => look(target.value)}
            // Whoever types faster than the list comes has chosen all the same.
            onBlur={() => look(words)}
            autoComplete="off"
            hint="Type a part of its name, then choose"
          />
          <datalist id={list}>
            {found.map(({ id, name }) => (
              <option key={id} value={name} />
            ))}
          </datalist>
        </>
      )}
    </div>
  );
}
