// What the services say of the operator's programme, under its own names.
import type { components as Catalog } from "../../api/generated/catalog";
import type { components as Recommendations } from "../../api/generated/recommendations";

export type EditorialRow = Catalog["schemas"]["EditorialRow"];
export type EditorialRowDraft = Catalog["schemas"]["EditorialRowDraft"];
export type EditorialRows = Catalog["schemas"]["EditorialRows"];
export type Hours = Catalog["schemas"]["Hours"];
export type PagePreview = Recommendations["schemas"]["PagePreview"];
export type PreviewRequest = Recommendations["schemas"]["PreviewRequest"];
export type MadeUpViewer = NonNullable<PreviewRequest["viewer"]>;
export type VariantSettings = NonNullable<PreviewRequest["settings"]>;
