// The addresses of media: the token in their path, and the other ways to the same file.
import type { PlaySession } from "../api/messages";

type Pathway = PlaySession["pathways"][number];

const TOKEN = /(\/media\/)[^/]+(\/)/;

/** Puts `token` in the place behind `/media/`; an address without such a place stays as it is. */
export function withToken(address: string, token: string): string {
  return address.replace(TOKEN, (_all, before: string, after: string) => before + token + after);
}

/** What names a file whatever token is in its address. */
const withoutToken = (address: string): string => withToken(address, "-");

/**
 * Every address of a file, the given one first: the same path below each pathway's base. An address
 * that lies below no pathway has no other.
 */
export function waysTo(address: string, pathways: readonly Pathway[]): string[] {
  const plain = withoutToken(address);
  const own = pathways.find(({ base_url }) => plain.startsWith(withoutToken(base_url)));
  if (!own) return [address];
  const path = plain.slice(withoutToken(own.base_url).length);
  const others = pathways.filter((pathway) => pathway !== own);
  return [address, ...others.map(({ base_url }) => base_url + path)];
}
