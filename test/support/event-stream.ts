import type { TypedDocumentString } from '../generated/graphql.ts';
import { bearer, type TestApp } from './test-app.ts';

/** The results that a subscription has sent so far. */
export interface EventStream<Result> {
  /** The next result. @throws if the stream has ended */
  next(): Promise<Result>;
  /** The results up to the end of the stream. */
  rest(): Promise<Result[]>;
  /** Hangs up, as a client that goes away. */
  hangUp(): Promise<void>;
}

/** Subscribes by server-sent events, through the app's own fetch. */
export async function subscribe<Result, Variables>(
  app: TestApp,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  token?: string,
): Promise<EventStream<Result>> {
  const leaving = new AbortController();
  const response = await app.app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...bearer(token) },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal: leaving.signal,
  });
  if (!response.body) throw new Error('the answer has no body');
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let hasEnded = false;

  /** The data of the next event called `next`; null at the end of the stream. */
  async function nextData(): Promise<Result | null> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        if (lines.includes('event: complete')) hasEnded = true;
        const data = lines.find((line) => line.startsWith('data: '));
        if (!lines.includes('event: next') || data === undefined) continue;
        const result: { data?: Result; errors?: unknown[] } = JSON.parse(data.slice('data: '.length));
        if (!result.data || result.errors) throw new Error(`an error was sent: ${data}`);
        return result.data;
      }
      if (hasEnded) return null;
      const { done, value } = await reader.read();
      if (done) hasEnded = true;
      else text += decoder.decode(value, { stream: true });
    }
  }

  return {
    async next() {
      const data = await nextData();
      if (data === null) throw new Error('the stream has ended');
      return data;
    },
    async rest() {
      const results: Result[] = [];
      for (let data = await nextData(); data !== null; data = await nextData()) results.push(data);
      return results;
    },
    hangUp() {
      leaving.abort();
      return reader.cancel();
    },
  };
}
