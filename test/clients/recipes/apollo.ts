import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from '@apollo/client';
import { OperationTypeNode, print } from 'graphql';
import { type Client, createClient } from 'graphql-sse';

/** Sends subscriptions as server-sent events. */
class ServerSentEventsLink extends ApolloLink {
  readonly #client: Client;

  constructor(url: string) {
    super();
    this.#client = createClient({ url });
  }

  override request({ query, variables, operationName }: ApolloLink.Operation) {
    return new Observable<ApolloLink.Result>((observer) =>
      this.#client.subscribe<Record<string, unknown>>(
        { query: print(query), variables, ...(operationName && { operationName }) },
        {
          next: ({ data = null, errors = [] }) =>
            observer.next(
              errors.length === 0
                ? { data }
                : { data, errors: errors.map(({ message, extensions }) => ({ message, extensions })) },
            ),
          error: (error) => observer.error(error),
          complete: () => observer.complete(),
        },
      ),
    );
  }
}

/** A client that sends subscriptions as server-sent events and everything else by POST. */
export function apolloClient(uri: string): ApolloClient {
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new ServerSentEventsLink(uri),
      new HttpLink({ uri }),
    ),
  });
}
