import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useId, useState } from "react";
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
  const found = titles.find(({ name }) => name === words)?.id;
  const tell = useEffectEvent((id: string) => choose({ id, name: words }));
  // Whoever types faster than the list comes has chosen all the same, once it is there.
  useEffect(() => {
    if (found) tell(found);
  }, [found]);
  return (
    <>
      <Field
        label={label}
        list={list}
        value={words}
        onChange={(event) => setWords(event.target.value)}
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
