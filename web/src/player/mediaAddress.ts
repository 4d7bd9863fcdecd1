// The addresses of media: the token in their path, and the other ways to the same file.
import type { PlaySession } from "../api/messages";

type Pathway = PlaySession["pathways"][number];

const TOKEN = /(\/media\/)([^/]+)(\/)/;

/** Puts `token` in the place behind `/media/`; an address without such a place stays as it is. */
export function withToken(address: string, token: string): string {
  return address.replace(TOKEN, (_all, before: string, _old, after: string) => {
    return before + token + after;
  });
}

/** The token in an address; null where there is none. */
export function tokenOf(address: string): string | null {
  return TOKEN.exec(address)?.[2] ?? null;
}

/** What names a file whatever token is in its address. */
const withoutToken = (address: string): string => withToken(address, "-");

/** The pathway that an address lies below. */
export function pathwayOf(address: string, pathways: readonly Pathway[]): Pathway | undefined {
  const plain = withoutToken(address);
  return pathways.find(({ base_url }) => plain.startsWith(withoutToken(base_url)));
}

/**
 * Every address of a file: the same path below each pathway's base, in the order of the pathways. An
 * address that lies below no pathway has no other.
 */
export function waysTo(address: string, pathways: readonly Pathway[]): string[] {
  const own = pathwayOf(address, pathways);
  if (!own) return [address];
  const path = withoutToken(address).slice(withoutToken(own.base_url).length);
  const token = tokenOf(address);
  return pathways.map((way) => {
    if (way === own) return address;
    const other = way.base_url + path;
    return token === null ? other : withToken(other, token);
  });
}
