// What insights says of experiments, under its own names.
import type { components as Insights } from "../../api/generated/insights";

type Schemas = Insights["schemas"];

export type Experiments = Schemas["Experiments"];
export type Experiment = Schemas["Experiment"];
export type ExperimentDraft = Schemas["ExperimentDraft"];
export type ExperimentReport = Schemas["ExperimentReport"];
export type ExperimentTables = Schemas["ExperimentTables"];
export type Estimate = Schemas["Estimate"];
export type Look = Schemas["Look"];
export type Measure = Schemas["Measure"];
export type Variable = Schemas["Variable"];
export type VariantDraft = Schemas["VariantDraft"];
export type Layer = ExperimentDraft["layer"];
export type Outcome = NonNullable<ExperimentDraft["outcome"]>;
export type Settings = NonNullable<VariantDraft["settings"]>;
