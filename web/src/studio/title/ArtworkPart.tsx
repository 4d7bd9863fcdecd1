// A title's pictures: sent, cut from a scene, or cut anew around a point; for everybody or for one
// language.
import { useMutation, useQuery, type UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client";
import type { ArtworkCut, Title } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Choice } from "../../design/Field";
import { Picture } from "../../design/Picture";
import { FilePicker } from "../FilePicker";
import { languageName } from "../languageNames";
import { stillsQuery } from "../queries";
import { Cutter } from "./Cutter";
import { sourceOf } from "./framing";
import { renewStudio, useAmends } from "./useChange";

export type ArtworkKind = "poster" | "backdrop";

const NAMES: Record<ArtworkKind, string> = { poster: "Poster", backdrop: "Backdrop" };
const HINTS: Record<ArtworkKind, string> = {
  poster: "Upright, 2:3. JPEG, PNG or WebP.",
  backdrop: "Wide, 16:9. JPEG, PNG or WebP.",
};

interface Spot {
  title: Title;
  kind: ArtworkKind;
  /** Empty for everybody whose language has no picture of its own. */
  language: string;
}

function shownAt({ title, kind, language }: Spot): string | null {
  if (language === "") return title.artwork[kind] ?? null;
  const local = title.local_artwork?.find((one) => one.language === language);
  return local?.[kind] ?? null;
}

function useArtwork({ title, kind, language }: Spot) {
  const path = `/api/catalog/studio/titles/${title.id}/artwork/${kind}`;
  const proposed = useAmends(title.id);
  const query = `?${new URLSearchParams({ ...(language && { language }), proposed: `${proposed}` })}`;
  const put = useMutation({
    mutationFn: (file: File) =>
      call<Title>(`${path}${query}`, { method: "PUT", body: file, timeout_s: 120 }),
    onSuccess: renewStudio,
  });
  const cut = useMutation({
    mutationFn: (wish: ArtworkCut) =>
      call<Title>(`${path}/cut`, {
        method: "POST",
        body: { ...wish, language: language || null, proposed },
        timeout_s: 60,
      }),
    onSuccess: renewStudio,
  });
  const drop = useMutation({
    mutationFn: () => call<Title>(`${path}${query}`, { method: "DELETE", timeout_s: 60 }),
    onSuccess: renewStudio,
  });
  return { put, cut, drop };
}

interface ScenesProps {
  spot: Spot;
  cut: UseMutationResult<Title, Error, ArtworkCut>;
}

/** The scenes to choose from, and the picture that is there, each cut around a point. */
function Scenes({ spot, cut }: ScenesProps) {
  const { data } = useQuery(stillsQuery(spot.title.id));
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = shownAt(spot);
  const stills = data ?? [];
  const source = chosen === null ? (shown ? sourceOf(shown) : null) : stills[chosen - 1]?.url;
  return (
    <>
      {stills.length > 0 && (
        <ul className="record__stills" aria-label="Scenes of the film">
          {stills.map(({ number, url }) => (
            <li key={number}>
              <button
                type="button"
                className="record__still"
                aria-pressed={chosen === number}
                aria-label={`Scene ${number}`}
                onClick={() => setChosen(chosen === number ? null : number)}
              >
                <Picture src={url} seed={url} sizes="9rem" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {source && (
        <Cutter
          key={source}
          url={source}
          kind={spot.kind}
          busy={cut.isPending}
          cut={(point) =>
            cut.mutate({ still: chosen, focus_x: point?.x ?? null, focus_y: point?.y ?? null })
          }
        />
      )}
    </>
  );
}

function Spotted({ spot }: { spot: Spot }) {
  const { put, cut, drop } = useArtwork(spot);
  const { title, kind } = spot;
  const shown = shownAt(spot);
  const error = put.error ?? cut.error ?? drop.error;
  return (
    <div className="record__spot">
      <div className="studio__artwork">
        <Picture
          src={shown}
          seed={title.id}
          name={title.name}
          className={`studio__${kind}`}
          sizes="8rem"
        />
        <FilePicker
          label={NAMES[kind]}
          accept="image/jpeg,image/png,image/webp"
          hint={HINTS[kind]}
          onFile={(file) => file && put.mutate(file)}
        />
      </div>
      {error && <Alert>{sentenceOf(error)}</Alert>}
      <details className="studio__more">
        <summary>Choose a scene, or move the cut</summary>
        <Scenes spot={spot} cut={cut} />
        {shown && (
          <Button small icon="trash" busy={drop.isPending} onClick={() => drop.mutate()}>
            Take this {kind} back
          </Button>
        )}
      </details>
    </div>
  );
}

export function ArtworkPart({ title }: { title: Title }) {
  const [language, setLanguage] = useState("");
  const tags = new Set([
    ...(title.texts ?? []).map((text) => text.language),
    ...(title.local_artwork ?? []).map((artwork) => artwork.language),
  ]);
  const options: [string, string][] = [
    ["", "Everybody"],
    ...[...tags].map((tag): [string, string] => [tag, languageName(tag)]),
  ];
  return (
    <section className="record__artwork" aria-label="Artwork">
      <h2 className="subtitles__title">Artwork</h2>
      {tags.size > 0 && (
        <Choice
          label="Shown to"
          options={options}
          value={language}
          onChange={(event) => setLanguage(event.target.value)}
        />
      )}
      {(["poster", "backdrop"] as const).map((kind) => (
        <Spotted key={`${kind} ${language}`} spot={{ title, kind, language }} />
      ))}
    </section>
  );
}
