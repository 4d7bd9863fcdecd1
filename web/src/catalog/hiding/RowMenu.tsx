import type { Row } from "../../api/messages";
import { Menu, MenuItem } from "./Menu";
import { useHiding } from "./useHiding";

const BECAUSE = "because_you_watched";
/** Rows that somebody made themselves, and empties themselves. */
const OWN: readonly Row["kind"][] = ["my_list", "continue_watching"];

/** Why a row is there, and what can be done about that. */
export function RowMenu({ row }: { row: Row }) {
  const { takeOff, forget } = useHiding();
  const about = row.kind === BECAUSE ? row.about_title_id : null;
  const name = row.name.replace(/^Because you watched /, "");
  if (OWN.includes(row.kind)) return null;
  return (
    <Menu label={`About the row “${row.name}”`} className="row-menu" aside="row">
      {(close) => (
        <>
          <p className="menu__name">{row.name}</p>
          {row.reason && <p className="menu__reason">{row.reason}</p>}
          <ul>
            {about && (
              <MenuItem
                icon="trash"
                onClick={() => {
                  close();
                  void forget(about, name);
                }}
              >
                Forget that I watched {name}
              </MenuItem>
            )}
            <MenuItem
              icon="close"
              onClick={() => {
                close();
                void takeOff(row);
              }}
            >
              {row.kind === BECAUSE ? "Show no rows like this" : "Do not show this row"}
            </MenuItem>
          </ul>
        </>
      )}
    </Menu>
  );
}
