import type { Row, TitleCard } from "../../api/messages";
import { useMyList } from "../MyListButton";
import { Menu, MenuItem } from "./Menu";
import { useHiding } from "./useHiding";

interface CardMenuProps {
  card: TitleCard;
  /** The row that it stands in; none in a grid. */
  row?: Row;
}

function Items({ card, row, close }: CardMenuProps & { close: () => void }) {
  const { listed, toggle } = useMyList(card.id);
  const { notForMe, takeOut } = useHiding();
  const then = (act: () => unknown) => () => {
    close();
    act();
  };
  return (
    <ul>
      <MenuItem icon={listed ? "check" : "plus"} onClick={then(toggle)}>
        {listed ? "Remove from my list" : "Add to my list"}
      </MenuItem>
      {row && row.kind !== "my_list" && (
        <MenuItem icon="close" onClick={then(() => takeOut(card, row))}>
          Remove from this row
        </MenuItem>
      )}
      <MenuItem icon="thumbDown" onClick={then(() => notForMe(card))}>
        Not for me
      </MenuItem>
    </ul>
  );
}

/** Why a title stands where it does, and what can be done about that; `inLine` among buttons. */
export function CardMenu({ card, row, inLine = false }: CardMenuProps & { inLine?: boolean }) {
  return (
    <Menu
      label={`More about ${card.name}`}
      className="card-menu"
      {...(!inLine && { aside: "card" })}
    >
      {(close) => (
        <>
          <p className="menu__name">{card.name}</p>
          {row?.reason && <p className="menu__reason">{row.reason}</p>}
          <Items card={card} {...(row && { row })} close={close} />
        </>
      )}
    </Menu>
  );
}
