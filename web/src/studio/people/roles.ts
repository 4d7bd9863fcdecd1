import type { Role } from "../../identity/messages";

/** What each role may do, in words. */
export const ROLES: readonly (readonly [role: Role, words: string])[] = [
  ["owner", "everything"],
  ["editor", "titles and uploads"],
  ["publisher", "what is published, and when"],
  ["support", "helps people with their accounts"],
  ["finance", "plans, payments, the ledger"],
  ["analyst", "figures and experiments"],
];
