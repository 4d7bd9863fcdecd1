// Where edges stand. Equirectangular, as the picture of the land below them is.
import type { DeliveryOverview } from "../../api/messages";
import { bitrateWords, placedEdges } from "./figures";
import land from "./land.svg";

const WIDTH = 360;
const HEIGHT = 142;
const NORTH = 84;
const RADIUS = { least: 1.6, most: 6 };

export function EdgeMap({ overview }: { overview: DeliveryOverview }) {
  const placed = placedEdges(overview);
  if (placed.length === 0) return null;
  const most_bps = Math.max(1, ...placed.map(({ figures }) => figures?.egress_bps ?? 0));
  const words = placed
    .map(({ edge, figures }) => `${edge.id} sends ${bitrateWords(figures?.egress_bps ?? 0)}`)
    .join(", ");
  return (
    <figure className="delivery__map">
      <img src={land} alt="" />
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Map of edges: ${words}.`}>
        {placed.map(({ edge, figures, latitude, longitude }) => {
          const part = (figures?.egress_bps ?? 0) / most_bps;
          const radius = RADIUS.least + (RADIUS.most - RADIUS.least) * Math.sqrt(part);
          return (
            <circle
              key={edge.id}
              className={`delivery__dot delivery__dot--${edge.health}`}
              cx={longitude + WIDTH / 2}
              cy={NORTH - latitude}
              r={radius}
            >
              <title>{`${edge.id} (${edge.site})`}</title>
            </circle>
          );
        })}
      </svg>
    </figure>
  );
}
