import { Client, cacheExchange, fetchExchange } from '@urql/core';

/** A client that also subscribes. It needs no further exchange: urql reads server-sent events by itself. */
export function urqlClient(url: string): Client {
  return new Client({
    url,
    exchanges: [cacheExchange, fetchExchange],
    fetchSubscriptions: true,
    preferGetMethod: false,
  });
}
