import { createClient } from 'graphql-sse';

/** What a page shows of a top-up. */
interface TopUp {
  state: string;
  unusedTotal: number;
}

/** Calls `show` with the present state of a top-up, and after every change until it has ended. */
export async function watchTopUp(
  url: string,
  profileId: string,
  topUpId: string,
  show: (topUp: TopUp) => void,
): Promise<void> {
  const client = createClient({ url });
  const states = client.iterate<{ topUp: TopUp }>({
    query: `subscription ($profileId: ID!, $topUpId: ID!) {
      topUp(profileId: $profileId, topUpId: $topUpId) { state unusedTotal }
    }`,
    variables: { profileId, topUpId },
  });
  for await (const { data, errors } of states) {
    if (!data) throw new Error(errors?.[0]?.message ?? 'The server sent no data.');
    show(data.topUp);
  }
}
