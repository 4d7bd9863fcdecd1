// Saving a part of what is said of a title.
import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { Title, TitleChange } from "../../api/messages";
import { queryClient } from "../../api/queries";
import { workflowQuery } from "../workflow/queries";

export const renewStudio = () => queryClient.invalidateQueries({ queryKey: ["studio"] });

/** Whether what is changed of a title is seen only once somebody else has approved it. */
export const useAmends = (titleId: string): boolean =>
  useQuery(workflowQuery(titleId)).data?.amends ?? false;

/** Changes what is named and nothing else; proposes it where somebody has to approve it. */
export function useChange(titleId: string) {
  const path = `/api/catalog/studio/titles/${titleId}`;
  const amends = useAmends(titleId);
  return useMutation({
    mutationFn: (change: TitleChange): Promise<unknown> =>
      amends
        ? call(`${path}/amendment`, { method: "POST", body: { change } })
        : call(path, { method: "PATCH", body: change }),
    onSuccess: renewStudio,
  });
}

/** A title with what is proposed to change of it. */
export function amended(title: Title, after: Record<string, unknown> | undefined): Title {
  if (!after) return title;
  const words = Object.entries(after).filter(([field]) => field in title);
  return { ...title, ...Object.fromEntries(words) };
}
