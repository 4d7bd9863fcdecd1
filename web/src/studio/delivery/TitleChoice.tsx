import { useInfiniteQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Field } from "../../design/Field";
import { studioTitlesQuery } from "../queries";
import { useSettled } from "../useSettled";

interface Choice {
  id: string;
  name: string;
}

/** Chooses one of the catalogue's titles by its name. */
export function TitleChoice({ label, choose }: { label: string; choose: (one: Choice) => void }) {
  const [words, setWords] = useState("");
  const settled = useSettled(words);
  const { data } = useInfiniteQuery(studioTitlesQuery(settled));
  const list = useId();
  const titles = data?.pages.flatMap((page) => page.titles.map(({ title }) => title)) ?? [];
  const look = (text: string) => {
    setWords(text);
    const found = titles.find(({ name }) => name === text);
    if (found) choose({ id: found.id, name: found.name });
  };
  return (
    <>
      <Field
        label={label}
        list={list}
        value={words}
        onChange={(event) => look(event.target.value)}
        // Whoever types faster than the list comes has chosen all the same.
        onBlur={() => look(words)}
        autoComplete="off"
        hint="Type a part of its name, then choose"
      />
      <datalist id={list}>
        {titles.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </>
  );
}
