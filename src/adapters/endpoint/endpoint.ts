import { withAnySignal } from '../../concurrency/any-signal.ts';
import { readUpTo } from '../../model/read-up-to.ts';
import type { Clock } from '../../ports/clock.ts';
import { CallFailed } from './call-failed.ts';
import { connectionFailure } from './connection-failure.ts';
import { statusFailure } from './status-failure.ts';

/** What an operator configures of an endpoint. */
export interface EndpointConfig {
  /** The URL that the path of the endpoint is appended to. */
  readonly baseUrl: string;
  /** Sent as a bearer token; null for servers that need none. */
  readonly apiKey: string | null;
  /** The deadline of one call, from the request to the last byte of its answer, in milliseconds. */
  readonly timeoutMs: number;
}

export interface EndpointOptions extends EndpointConfig {
  /** Appended to `baseUrl`, with a leading slash. */
  readonly path: string;
  /** The media types of an answer. */
  readonly accept: string;
  /** What is called, as messages for the log name it. */
  readonly server: string;
  /** The variable that configures `baseUrl`, as messages name it. */
  readonly urlVariable: string;
}

/** The answer to a call that succeeded. */
export interface EndpointAnswer {
  /** The `content-type` header; empty if there is none. */
  readonly contentType: string;
  /**
   * Reads the whole body. @throws {CallFailed} if it is larger than `limit` bytes after decompression, or breaks off
   */
  read(limit: number): Promise<Uint8Array>;
}

/** A server that is called by POST with a JSON body. */
export interface Endpoint {
  /**
   * Makes one call, without retries.
   * @param use takes what is needed from the answer. A body that it does not read is discarded
   * @returns the result of `use`
   * @throws {CallFailed}, and what `use` throws
   */
  post<Result>(body: object, use: (answer: EndpointAnswer) => Promise<Result>): Promise<Result>;
}

/** What calling a server depends on. */
export interface EndpointTools {
  readonly clock: Clock;
  /** Ends all calls, because this process is about to end. Each may have been paid for. */
  readonly giveUp: AbortSignal;
}

/** The body of a refusal is read up to this size, in bytes. */
const LARGEST_ERROR_BODY = 64 * 1024;

/**
 * Redirects are not followed: they would send the request, and perhaps the key, to a server that the operator has not
 * chosen.
 * @throws {TypeError} if the key has characters that an HTTP header cannot hold
 */
export function createEndpoint(options: EndpointOptions, { clock, giveUp }: EndpointTools): Endpoint {
  const { timeoutMs, server } = options;
  const url = `${options.baseUrl.replace(/\/+$/u, '')}${options.path}`;
  const headers = requestHeaders(options);

  return {
    async post(body, use) {
      const deadline = AbortSignal.timeout(timeoutMs);
      const arrived = async <Step>(step: Promise<Step>): Promise<Step> => {
        try {
          return await step;
        } catch (error) {
          if (giveUp.aborted) {
            throw new CallFailed(`${server} was not waited for any longer, because this process ends`, {
              kind: 'given-up',
              paid: true,
            });
          }
          if (!deadline.aborted) throw connectionFailure(error, options);
          throw new CallFailed(`${server} did not answer within ${timeoutMs} ms`, {
            kind: 'timeout',
            paid: true,
          });
        }
      };
      return withAnySignal([deadline, giveUp], async (signal) => {
        const response = await arrived(
          fetch(url, {
            method: 'POST',
            headers,
            body: JSON.stringify(body),
            redirect: 'manual',
            signal,
          }),
        );
        if (!response.ok) {
          // If the body cannot be read, the status says enough.
          const body = await readUpTo(response.body, LARGEST_ERROR_BODY).catch(() => null);
          throw statusFailure(response, body, { ...options, now: clock.now() });
        }
        try {
          return await use({
            contentType: response.headers.get('content-type') ?? '',
            async read(limit) {
              const bytes = await arrived(readUpTo(response.body, limit));
              if (bytes !== null) return bytes;
              throw new CallFailed(`the answer is larger than ${limit} bytes`, {
                kind: 'answer',
                paid: true,
              });
            },
          });
        } finally {
          if (!response.bodyUsed) await response.body?.cancel().catch(() => undefined);
        }
      });
    },
  };
}

function requestHeaders({ apiKey, accept, server }: EndpointOptions): Headers {
  const headers = new Headers({ 'content-type': 'application/json', accept });
  if (apiKey === null) return headers;
  try {
    headers.set('authorization', `Bearer ${apiKey}`);
  } catch {
    // The error that was caught quotes the key.
    throw new TypeError(`the key of ${server} has characters that no header may have`);
  }
  return headers;
}
