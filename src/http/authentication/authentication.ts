import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { AUDIO_PATH } from '../../graphql/audio-url.ts';
import { CodedError, Forbidden, TooManyRequests, Unauthenticated } from '../../model/errors.ts';
import { ANYONE, type Subject } from '../../model/subject.ts';
import type { Log } from '../../ports/log.ts';
import { currentRequest } from '../../ports/request.ts';
import { asksForPage } from '../asks-for-page.ts';
import { errorResponse } from '../error-response.ts';
import { callerOf } from '../limits/caller.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { METRICS_PATH, PROBES } from '../probes.ts';
import type { Authenticate } from './authenticate.ts';
import { refusalOf } from './refusal.ts';

/** The most characters of a token. */
const MAX_TOKEN = 8_192;
/** Paths that everyone may call. Everything else needs credentials, also what is added later. */
const OPEN_PATHS = ['/', ...PROBES];

/** What authentication depends on. */
interface AuthenticationDeps {
  /** Null if the server does not ask who calls. */
  readonly authenticate: Authenticate | null;
  /** Null if callers may send any number of requests. */
  readonly limit: RateLimit | null;
  readonly endpoint: string;
  readonly log: Log;
}

/** Finds out who sends each request, before anything else is done with it. */
export interface Authentication {
  readonly plugin: Plugin<object, { req?: IncomingMessage }>;
  /** The subject of a request. @throws if the request was not authenticated, which is a defect */
  subjectOf(request: Request): Subject;
}

/**
 * Requests are refused if they have no valid credentials, unless they are for a probe, for a recording (its name is a
 * capability) or for the page of GraphiQL (which executes nothing by itself). `/metrics` is for services and readers.
 * All other requests count against the limit of their subject, or of their address if they have no valid credentials.
 */
export function createAuthentication({
  authenticate,
  limit,
  endpoint,
  log,
}: AuthenticationDeps): Authentication {
  const subjects = new WeakMap<Request, Subject>();
  const failed = errorResponse(log);

  async function identify(
    check: Authenticate,
    request: Request,
    req: IncomingMessage | undefined,
    pathname: string,
  ): Promise<Subject> {
    const subject = await check(tokenOf(request));
    const info = currentRequest();
    if (info) {
      info.subject = subject.id;
      info.caller = callerOf(subject, req);
    }
    if (pathname === METRICS_PATH && subject.role === 'learner') {
      throw new Forbidden('The metrics are for services and readers.');
    }
    return subject;
  }

  return {
    plugin: {
      onRequest({ request, url: { pathname }, serverContext: { req }, endResponse }) {
        if (OPEN_PATHS.includes(pathname) || pathname.startsWith(AUDIO_PATH)) return undefined;
        if (pathname === endpoint && asksForPage(request)) return undefined;
        const admit = (subject: Subject | CodedError): void => {
          const isRefused = subject instanceof CodedError;
          const wait = limit?.take(callerOf(isRefused ? null : subject, req)) ?? 0;
          if (wait > 0) {
            const message = `You have sent too many requests. Send the next one in ${wait} seconds.`;
            endResponse(refusalOf(new TooManyRequests(message), wait));
          } else if (isRefused) {
            log.debug({ err: subject }, 'credentials were refused');
            endResponse(refusalOf(subject));
          } else {
            subjects.set(request, subject);
          }
        };
        // A promise here would delay every request of a server that does not ask who calls.
        if (authenticate === null) return admit(ANYONE);
        return identify(authenticate, request, req, pathname)
          .catch(codedError)
          .then(admit)
          .catch((error: unknown) => endResponse(failed(error)));
      },
    },
    subjectOf(request) {
      const subject = subjects.get(request);
      if (subject === undefined) throw new Error('a request was not authenticated');
      return subject;
    },
  };
}

function codedError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  throw error;
}

/** The bearer token of a request. @throws {Unauthenticated} */
function tokenOf({ headers }: Request): string {
  const header = headers.get('authorization');
  if (header === null) {
    const message = 'Send a token in the header Authorization: Bearer <token>.';
    throw new Unauthenticated(message, { hasCredentials: false });
  }
  if (header.length > MAX_TOKEN + 'Bearer '.length) {
    throw new Unauthenticated(`The token is longer than ${MAX_TOKEN} characters.`);
  }
  const [, token] = /^Bearer +([\x21-\x7e]+)$/i.exec(header) ?? [];
  if (token === undefined) throw new Unauthenticated('The header Authorization must be Bearer <token>.');
  return token;
}
