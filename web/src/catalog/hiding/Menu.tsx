import "./menu.css";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Icon, type IconName } from "../../design/Icon";
import { placeBeside, type Place } from "./placeBeside";

interface SheetProps {
  label: string;
  beside: HTMLElement;
  close: () => void;
  children: ReactNode;
}

/** Closes when what lies behind it is pressed: the dialog is its own backdrop. */
function Sheet({ label, beside, close, children }: SheetProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const [place, setPlace] = useState<Place | null>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    if (dialog) {
      setPlace(placeBeside(beside.getBoundingClientRect(), dialog.getBoundingClientRect()));
    }
    return () => {
      dialog?.close();
      beside.focus({ preventScroll: true });
    };
  }, [beside]);
  return (
    // Keys close it by Escape; what is pressed here is what lies behind the sheet.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={ref}
      className="menu"
      aria-label={label}
      style={place ? { insetInlineStart: place.left_px, insetBlockStart: place.top_px } : undefined}
      onClick={(event) => {
        if (event.target === ref.current) close();
      }}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <div className="menu__sheet">{children}</div>
    </dialog>
  );
}

interface MenuProps {
  /** What the button is called, and the sheet that it opens. */
  label: string;
  className?: string;
  /** Arrow keys pass over it as what can be done about a card or a row; left out, they do not. */
  aside?: "card" | "row";
  children: (close: () => void) => ReactNode;
}

/** A button that opens a few things to do, beside it or, on a phone, at the foot of the screen. */
export function Menu({ label, className = "", aside, children }: MenuProps) {
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  const close = () => setOpener(null);
  return (
    <>
      <button
        type="button"
        className={`menu-opener ${className}`}
        title={label}
        aria-label={label}
        data-aside={aside}
        aria-haspopup="dialog"
        aria-expanded={opener !== null}
        onClick={(event) => setOpener(event.currentTarget)}
      >
        <Icon name="more" />
      </button>
      {opener && (
        <Sheet label={label} beside={opener} close={close}>
          {children(close)}
        </Sheet>
      )}
    </>
  );
}

interface MenuItemProps {
  icon: IconName;
  onClick: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, onClick, children }: MenuItemProps) {
  return (
    <li>
      <button type="button" className="menu__item" onClick={onClick}>
        <Icon name={icon} />
        {children}
      </button>
    </li>
  );
}
