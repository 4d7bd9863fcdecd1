// What is read and done about experiments.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/client";
import { queryClient } from "../../api/queries";
import type {
  Experiment,
  ExperimentDraft,
  ExperimentReport,
  Experiments,
  ExperimentTables,
} from "./messages";

const ROOT = "/api/insights/studio/experiments";
const KEY = ["studio", "experiments"];
/** Sums are added up every minute. */
const INTERVAL_MS = 15_000;

export const experimentsQuery = queryOptions({
  queryKey: [...KEY, "list"],
  queryFn: ({ signal }) => call<Experiments>(ROOT, { signal }),
  staleTime: 0,
});

export const experimentQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, id],
    queryFn: ({ signal }) => call<ExperimentReport>(`${ROOT}/${id}`, { signal }),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.experiment.state === "running" ? INTERVAL_MS : false,
  });

export const tablesQuery = queryOptions({
  queryKey: [...KEY, "tables"],
  queryFn: ({ signal }) => call<ExperimentTables>(`${ROOT}/tables`, { signal }),
  staleTime: Infinity,
});

export const renewExperiments = () => queryClient.invalidateQueries({ queryKey: KEY });

export const planExperiment = (body: ExperimentDraft) =>
  call<Experiment>(ROOT, { method: "POST", body });

export type Act = "start" | "end";

export const actOn = (id: string, act: Act) =>
  call<Experiment>(`${ROOT}/${id}/${act}`, { method: "POST" });

export const stopVariant = (id: string, key: string) =>
  call<Experiment>(`${ROOT}/${id}/variants/${key}/stop`, { method: "POST" });

export const adoptVariant = (id: string, variant: string) =>
  call(`${ROOT}/${id}/adopt`, { method: "POST", body: { variant } });

export const removeExperiment = (id: string) => call(`${ROOT}/${id}`, { method: "DELETE" });

export const dropAdopted = (name: string) => call(`${ROOT}/adopted/${name}`, { method: "DELETE" });
