// What the boards of the world say of a title.
import { useQuery } from "@tanstack/react-query";
import type { Ratings, Title } from "../../api/messages";
import { Choice } from "../../design/Field";
import { textOf } from "../../session/formText";
import { ratingsQuery } from "../queries";
import { Part } from "./Part";
import { useChange } from "./useChange";

type System = Ratings["systems"][number];

/** A step may stand for several marks; a title has one of them. */
const marksOf = (system: System): string[] => system.steps.flatMap(({ name }) => name.split(", "));

/** Every board; without territories it is none, but years. */
const boardsOf = (ratings: Ratings): System[] =>
  ratings.systems.filter(({ territories }) => territories.length > 0);

export function RatingsPart({ title }: { title: Title }) {
  const change = useChange(title.id);
  const { data } = useQuery(ratingsQuery);
  const boards = data ? boardsOf(data) : [];
  const given = new Map((title.ratings ?? []).map(({ system, mark }) => [system, mark]));
  const save = (form: FormData) =>
    change.mutate({
      ratings: boards
        .map(({ code }) => ({ system: code, mark: textOf(form, code) }))
        .filter(({ mark }) => mark !== ""),
    });
  return (
    <Part
      name="Ratings by country"
      about="What a board says counts where it is; everywhere else the age rating above does."
      count={given.size}
      change={change}
      save={save}
    >
      <div className="record__boards">
        {boards.map((board) => (
          <Choice
            key={board.code}
            label={`${board.name} (${board.territories.join(", ")})`}
            name={board.code}
            defaultValue={given.get(board.code) ?? ""}
            options={[
              ["", "Not rated"],
              ...marksOf(board).map((mark): [string, string] => [mark, mark]),
            ]}
          />
        ))}
      </div>
    </Part>
  );
}
