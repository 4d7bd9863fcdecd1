// Saving a part of what is said of a title.
import { useMutation } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { Title, TitleChange } from "../../api/messages";
import { queryClient } from "../../api/queries";

export const renewStudio = () => queryClient.invalidateQueries({ queryKey: ["studio"] });

/** Changes what is named and nothing else. */
export const useChange = (titleId: string) =>
  useMutation({
    mutationFn: (body: TitleChange) =>
      call<Title>(`/api/catalog/studio/titles/${titleId}`, { method: "PATCH", body }),
    onSuccess: renewStudio,
  });
