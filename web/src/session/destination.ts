/** Where to go after signing in: a page of this site, or the home page. */
export function destinationOf(next: string | null): string {
  // "//host" and "/\host" would lead to another site.
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

const KEY = "matinee-next";

/** Keeps it while somebody is away at an identity provider's page. */
export const keepDestination = (next: string): void => sessionStorage.setItem(KEY, next);

export const keptDestination = (): string => destinationOf(sessionStorage.getItem(KEY));
