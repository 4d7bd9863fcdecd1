// A title's numbers in other people's records.
import type { Title } from "../../api/messages";
import { Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { Part } from "./Part";
import { useChange } from "./useChange";

export function NumbersPart({ title }: { title: Title }) {
  const change = useChange(title.id);
  const ids = title.external_ids;
  const save = (form: FormData) =>
    change.mutate({
      external_ids: {
        eidr: textOf(form, "eidr").trim(),
        imdb: textOf(form, "imdb").trim(),
        tmdb: textOf(form, "tmdb").trim(),
      },
    });
  const count = [ids?.eidr, ids?.imdb, ids?.tmdb].filter(Boolean).length;
  return (
    <Part name="Numbers elsewhere" count={count} change={change} save={save}>
      <Field
        label="EIDR"
        name="eidr"
        defaultValue={ids?.eidr}
        maxLength={34}
        hint="Such as 10.5240/7791-8534-2C23-9030-8610-5"
      />
      <Field
        label="IMDb"
        name="imdb"
        defaultValue={ids?.imdb}
        pattern="tt[0-9]{7,10}"
        hint="Such as tt0133093"
      />
      <Field
        label="TMDb"
        name="tmdb"
        defaultValue={ids?.tmdb}
        pattern="(movie|tv|collection)/[1-9][0-9]{0,8}"
        hint="The end of its address there, such as movie/603 or tv/1399"
      />
    </Part>
  );
}
