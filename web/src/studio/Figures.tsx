/** A few figures side by side, each with its name and what it means. */
export function Figures({ of }: { of: readonly (readonly [string, string, string])[] }) {
  return (
    <dl className="figures">
      {of.map(([name, value, meaning]) => (
        <div key={name} className="figure">
          <dt>{name}</dt>
          <dd>
            <span className="figure__value">{value}</span>
            <span className="figure__meaning">{meaning}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
