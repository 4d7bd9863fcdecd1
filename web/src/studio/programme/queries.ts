// What is read and changed of the operator's programme.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/client";
import { queryClient } from "../../api/queries";
import type {
  EditorialRow,
  EditorialRowDraft,
  EditorialRows,
  PagePreview,
  PreviewRequest,
} from "./messages";

const ROOT = "/api/catalog/studio/rows";

export const rowsQuery = queryOptions({
  queryKey: ["studio", "programme"],
  queryFn: ({ signal }) => call<EditorialRows>(ROOT, { signal }),
  staleTime: 0,
});

export const renewRows = () => queryClient.invalidateQueries({ queryKey: rowsQuery.queryKey });

/** Makes a row, or makes the one with that id as the draft says. */
export const saveRow = (id: string | null, body: EditorialRowDraft) =>
  id === null
    ? call<EditorialRow>(ROOT, { method: "POST", body })
    : call<EditorialRow>(`${ROOT}/${id}`, { method: "PUT", body });

export const removeRow = (id: string) => call(`${ROOT}/${id}`, { method: "DELETE" });

export const orderRows = (row_ids: string[]) =>
  call<EditorialRows>(`${ROOT}/order`, { method: "PUT", body: { row_ids } });

/** `asked` is a `PreviewRequest` as text, which is the same as long as nothing changed. */
export const pagePreviewQuery = (asked: string) =>
  queryOptions({
    queryKey: ["studio", "programme", "preview", asked],
    queryFn: ({ signal }) =>
      call<PagePreview>("/api/recommendations/studio/preview", {
        method: "POST",
        body: JSON.parse(asked) as PreviewRequest,
        signal,
      }),
    staleTime: 0,
    placeholderData: (before) => before,
  });
