// What the catalogue says of the workflow, under its own names.
import type { components as Catalog } from "../../api/generated/catalog";
import type { components as Identity } from "../../api/generated/identity";

type Schemas = Catalog["schemas"];

export type Workflow = Schemas["Workflow"];
export type Standing = Workflow["standing"];
export type Act = Workflow["acts"][number];
export type Missing = Schemas["Missing"];
export type ActOrder = Schemas["ActOrder"];
export type Amendment = Schemas["Amendment"];
export type Deed = Schemas["Deed"];
export type History = Schemas["History"];
export type Calendar = Schemas["Calendar"];
export type Turn = Schemas["Turn"];
export type Preview = Schemas["Preview"];
export type RightsWindow = Schemas["RightsWindow"];
export type Platform = NonNullable<RightsWindow["platforms"]>[number];
export type Colleague = Identity["schemas"]["Colleague"];
