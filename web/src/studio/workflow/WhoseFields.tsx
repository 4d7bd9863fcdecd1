import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { plansQuery } from "../../api/queries";
import { Choice, Field } from "../../design/Field";
import type { Whose } from "./queries";
import { PLATFORMS } from "./windows";

interface WhoseFieldsProps {
  whose: Whose;
  onChange: (whose: Whose) => void;
}

/** From where somebody looks: country, plan and device. */
export function WhoseFields({ whose, onChange }: WhoseFieldsProps) {
  const plans = useQuery(plansQuery);
  const [typed, setTyped] = useState(whose.country);
  const isWhole = /^([A-Za-z]{2})?$/.test(typed);
  return (
    <div className="calendar__whose">
      <Field
        label="Country"
        value={typed}
        maxLength={2}
        autoComplete="off"
        hint="Two letters, such as IS"
        error={isWhole || typed.length < 2 ? undefined : "Two letters, such as IS"}
        onChange={({ target }) => {
          setTyped(target.value);
          if (/^([A-Za-z]{2})?$/.test(target.value)) {
            onChange({ ...whose, country: target.value.toUpperCase() });
          }
        }}
      />
      <Choice
        label="Plan"
        options={[
          ["", "Any, or none"],
          ...(plans.data ?? []).map(({ code, name }) => [code, name] as const),
        ]}
        value={whose.plan}
        onChange={({ target }) => onChange({ ...whose, plan: target.value })}
      />
      <Choice
        label="Device"
        options={[["", "Any"], ...PLATFORMS]}
        value={whose.platform}
        onChange={({ target }) => onChange({ ...whose, platform: target.value })}
      />
    </div>
  );
}
