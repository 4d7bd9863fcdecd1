import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../api/client";
import type { MyList } from "../api/messages";
import { myListQuery, queryClient } from "../api/queries";
import { RoundButton } from "../design/Button";
import { useProfile } from "./useProfile";

/** Puts a title aside or takes it off; shows the change before the service has confirmed it. */
export function useMyList(titleId: string) {
  const query = myListQuery(useProfile());
  const { data } = useQuery(query);
  const listed = data?.title_ids.includes(titleId) ?? false;
  const mutation = useMutation({
    mutationFn: (wanted: boolean) =>
      call(`/api/viewing/my-list/${titleId}`, { method: wanted ? "PUT" : "DELETE" }),
    onMutate: (wanted) => {
      const before = queryClient.getQueryData(query.queryKey);
      const others = before?.title_ids.filter((id) => id !== titleId) ?? [];
      const after: MyList = { title_ids: wanted ? [titleId, ...others] : others };
      queryClient.setQueryData(query.queryKey, after);
      return before;
    },
    onError: (_error, _wanted, before) => queryClient.setQueryData(query.queryKey, before),
    onSettled: () => queryClient.invalidateQueries({ queryKey: query.queryKey }),
  });
  return { listed, toggle: () => mutation.mutate(!listed), failed: mutation.isError };
}

export function MyListButton({ titleId }: { titleId: string }) {
  const { listed, toggle, failed } = useMyList(titleId);
  return (
    <>
      <RoundButton
        icon={listed ? "check" : "plus"}
        label={listed ? "Remove from my list" : "Add to my list"}
        onClick={toggle}
      />
      <span className="unseen" role="status">
        {failed ? "My list could not be changed. Try again." : ""}
      </span>
    </>
  );
}
