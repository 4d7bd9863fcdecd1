// What scripts are let in with, and sheets, from the generated types.
import type { components as Catalog } from "../../api/generated/catalog";
import type { components as Identity } from "../../api/generated/identity";

export type ApiToken = Identity["schemas"]["ApiToken"];
export type ApiTokenDraft = Identity["schemas"]["ApiTokenDraft"];
export type ApiTokens = Identity["schemas"]["ApiTokens"];
export type ApiScope = ApiTokenDraft["scopes"][number];
export type SheetImport = Catalog["schemas"]["SheetImport"];
export type SheetImports = Catalog["schemas"]["SheetImports"];
