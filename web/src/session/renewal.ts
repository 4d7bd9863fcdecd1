// Keeps an access token fresh: renewed before it expires, once at a time, however many ask.

export interface Grant {
  access_token: string;
  expires_at: string;
}

/** Renewed this long before the end, so that no request leaves with a token about to expire. */
const MARGIN_MS = 60_000;

/**
 * Holds the access token in memory. `renew` is called at most once at a time; everyone who asks
 * meanwhile waits for that one answer.
 */
export class Renewal<G extends Grant> {
  private grant: G | null = null;
  private pending: Promise<G> | null = null;
  private readonly renew: () => Promise<G>;
  private readonly now_ms: () => number;

  constructor(renew: () => Promise<G>, now_ms: () => number = Date.now) {
    this.renew = renew;
    this.now_ms = now_ms;
  }

  /** Takes a grant that came otherwise, such as from signing in. */
  accept(grant: G): void {
    this.grant = grant;
  }

  /** Forgets the token; a renewal under way no longer counts. */
  forget(): void {
    this.grant = null;
    this.pending = null;
  }

  /** A token that is good for at least a moment. */
  async token(): Promise<string> {
    const grant = this.grant;
    if (grant && Date.parse(grant.expires_at) - this.now_ms() > MARGIN_MS) {
      return grant.access_token;
    }
    return (await this.renewed()).access_token;
  }

  /** A token other than `refused`, which a service has just turned down. */
  async tokenInsteadOf(refused: string): Promise<string> {
    const grant = this.grant;
    if (grant && grant.access_token !== refused) return grant.access_token;
    return (await this.renewed()).access_token;
  }

  /** Renews now, or joins the renewal under way. */
  renewed(): Promise<G> {
    if (this.pending) return this.pending;
    const pending = this.renew()
      .then((grant) => {
        if (this.pending === pending) this.grant = grant;
        return grant;
      })
      .finally(() => {
        if (this.pending === pending) this.pending = null;
      });
    this.pending = pending;
    return pending;
  }
}
