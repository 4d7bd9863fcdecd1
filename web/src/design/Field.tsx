import { useId, type ComponentProps, type ReactNode } from "react";
import { Icon } from "./Icon";

interface FrameProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

function describe(id: string, { hint, error }: Pick<FrameProps, "hint" | "error">) {
  const ids = [hint !== undefined && `${id}-hint`, error && `${id}-error`].filter(Boolean);
  return {
    id,
    className: "field__input",
    "aria-describedby": ids.length > 0 ? ids.join(" ") : undefined,
    "aria-invalid": error ? true : undefined,
  };
}

function Frame({
  id,
  label,
  hint,
  error,
  children,
}: FrameProps & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <span className="field__hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && (
        <span className="field__error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}

export function Field({ label, hint, error, ...rest }: FrameProps & ComponentProps<"input">) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input type="text" {...rest} {...describe(id, { hint, error })} />
    </Frame>
  );
}

export function TextField({
  label,
  hint,
  error,
  ...rest
}: FrameProps & ComponentProps<"textarea">) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea {...rest} {...describe(id, { hint, error })} />
    </Frame>
  );
}

type ChoiceProps = FrameProps &
  ComponentProps<"select"> & { options: readonly (readonly [value: string, name: string])[] };

export function Choice({ label, hint, error, options, ...rest }: ChoiceProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select {...rest} {...describe(id, { hint, error })}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** Tells at once, to eyes and ears, what went wrong. */
export function Alert({ children }: { children: ReactNode }) {
  return (
    <div className="alert" role="alert">
      <Icon name="alert" />
      <span>{children}</span>
    </div>
  );
}
