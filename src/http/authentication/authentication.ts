import type { Plugin } from 'graphql-yoga';
import { AUDIO_PATH } from '../../graphql/audio-url.ts';
import { CodedError, Forbidden, Unauthenticated } from '../../model/errors.ts';
import { ANYONE, type Subject } from '../../model/subject.ts';
import type { Log } from '../../ports/log.ts';
import { currentRequest } from '../../ports/request.ts';
import { asksForPage } from '../asks-for-page.ts';
import type { Authenticate } from './authenticate.ts';
import { refusal } from './refusal.ts';

/** The most characters of a token. */
const MAX_TOKEN = 8_192;
/** Paths that everyone may call. Everything else needs credentials, also what is added later. */
const OPEN_PATHS = ['/', '/health', '/ready'];

/** Finds out who sends each request, before anything else is done with it. */
export interface Authentication {
  readonly plugin: Plugin;
  /** The subject of a request. @throws if the request was not authenticated, which is a defect */
  subjectOf(request: Request): Subject;
}

/**
 * Requests are refused if they have no valid credentials, unless they are for a probe, for a recording (its name is a
 * capability) or for the page of GraphiQL (which executes nothing by itself). `/metrics` is for services and readers.
 * @param authenticate null if the server does not ask who calls
 */
export function createAuthentication(
  authenticate: Authenticate | null,
  endpoint: string,
  log: Log,
): Authentication {
  const subjects = new WeakMap<Request, Subject>();

  async function identify(request: Request, pathname: string): Promise<Subject> {
    if (authenticate === null) return ANYONE;
    const subject = await authenticate(tokenOf(request));
    const info = currentRequest();
    if (info) info.subject = subject.id;
    if (pathname === '/metrics' && subject.role === 'learner') {
      throw new Forbidden('The metrics are for services and readers.');
    }
    return subject;
  }

  return {
    plugin: {
      async onRequest({ request, url: { pathname }, endResponse }) {
        if (OPEN_PATHS.includes(pathname) || pathname.startsWith(AUDIO_PATH)) return;
        if (pathname === endpoint && asksForPage(request)) return;
        try {
          subjects.set(request, await identify(request, pathname));
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          log.debug({ err: error }, 'credentials were refused');
          endResponse(refusal(error));
        }
      },
    },
    subjectOf(request) {
      const subject = subjects.get(request);
      if (subject === undefined) throw new Error('a request was not authenticated');
      return subject;
    },
  };
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
