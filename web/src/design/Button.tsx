import type { ComponentProps, ReactNode } from "react";
import { Link } from "wouter";
import { Icon, type IconName } from "./Icon";

type Look = "primary" | "calm" | "plain" | "danger";

interface Shape {
  look?: Look;
  small?: boolean;
  wide?: boolean;
  icon?: IconName;
  children: ReactNode;
}

function classOf({ look = "calm", small, wide }: Omit<Shape, "children">): string {
  return ["button", `button--${look}`, small && "button--small", wide && "button--wide"]
    .filter(Boolean)
    .join(" ");
}

type ButtonProps = Shape & { busy?: boolean } & Omit<ComponentProps<"button">, "className">;

/** A button; while `busy` it keeps its focus and does nothing. */
export function Button({ look, small, wide, icon, busy, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classOf({ ...(look && { look }), ...(small && { small }), ...(wide && { wide }) })}
      aria-disabled={busy}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

type LinkButtonProps = Shape & { to: string; label?: string } & Omit<
    ComponentProps<"a">,
    "className" | "href"
  >;

/** A link that looks like a button. */
export function LinkButton(props: LinkButtonProps) {
  const { to, label, look, small, wide, icon, children, ...rest } = props;
  const shape = { ...(look && { look }), ...(small && { small }), ...(wide && { wide }) };
  return (
    <Link {...rest} href={to} className={classOf(shape)} aria-label={label}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

type RoundButtonProps = { icon: IconName; label: string } & Omit<
  ComponentProps<"button">,
  "className" | "children"
>;

/** A button that shows a pictogram only; `label` is its name. */
export function RoundButton({ icon, label, ...rest }: RoundButtonProps) {
  return (
    <button type="button" title={label} aria-label={label} {...rest} className="round-button">
      <Icon name={icon} />
    </button>
  );
}
