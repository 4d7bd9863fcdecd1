/** Where to go after signing in: a page of this site, or the home page. */
export function destinationOf(next: string | null): string {
  // "//host" and "/\host" would lead to another site.
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}
