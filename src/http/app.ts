import type { IncomingMessage } from 'node:http';
import { execute, subscribe } from 'graphql';
import { createYoga, type Plugin, type YogaInitialContext, type YogaServerInstance } from 'graphql-yoga';
import { createAccess } from '../access/access.ts';
import type { Services } from '../access/services.ts';
import { type Context, createContext } from '../graphql/context.ts';
import { schema } from '../graphql/schema.ts';
import type { AudioStorage } from '../ports/audio-storage.ts';
import type { Meter } from '../ports/meter.ts';
import { useAcceptHeader } from './accept-header.ts';
import { useOperationInfo } from './access-log.ts';
import { answering } from './answering.ts';
import { useAudio } from './audio/audio.ts';
import type { Authenticate } from './authentication/authenticate.ts';
import { createAuthentication } from './authentication/authentication.ts';
import { useStreamExpiry } from './authentication/stream-expiry.ts';
import { useCompiledQueries } from './compiled-queries.ts';
import { useDistinctEvents } from './distinct-events.ts';
import { EncodedResponse } from './encoded-response.ts';
import { errorResponse, refusal } from './error-response.ts';
import { useGraphiQL } from './graphiql.ts';
import { useHeadRequests } from './head-requests.ts';
import { keepFakePromise } from './kept-fake-promise.ts';
import { useLeavingClients } from './leaving-clients.ts';
import { ArrivingBodies, type ArrivingLimits, type BeginBody } from './limits/arriving-bodies.ts';
import { callerOf, limitedCallerOf } from './limits/caller.ts';
import { corsFor, useVaryByOrigin } from './limits/cors.ts';
import { useCrossSiteGuard } from './limits/cross-site.ts';
import { documentCache, noErrorCache, useValidationCache } from './limits/document-cache.ts';
import { useOpenStreams } from './limits/open-streams.ts';
import { useOperationLimit } from './limits/operation-limit.ts';
import { MAX_BODY, queryLimits } from './limits/query-limits.ts';
import { createRateLimit } from './limits/rate-limit.ts';
import { maskErrors, useInputCode } from './mask-error.ts';
import { useOperationName } from './operation-name.ts';
import { usePartialRefusal } from './partial-refusal.ts';
import { ENDPOINT, NO_HEALTH_CHECK, usePaths } from './paths.ts';
import { useEntityTags } from './persisted-operations/entity-tags.ts';
import type { Manifest } from './persisted-operations/manifest.ts';
import { DOCUMENT_ID, usePersistedDocuments } from './persisted-operations/persisted-operations.ts';
import { METRICS_PATH } from './probes.ts';
import { createReadiness } from './readiness.ts';
import { useRequestCost } from './request-cost.ts';
import { useRequestDurations } from './request-durations.ts';
import { useRequestParser } from './request-parser.ts';
import { useExport } from './words/export.ts';
import { useAnkiImport } from './words/import-anki.ts';

/** Dependencies and settings of the app. */
export interface AppOptions {
  readonly services: Services;
  /** Finds out who calls; null if everyone may do everything. */
  readonly authenticate: Authenticate | null;
  /** The only operations that are executed; null to execute every operation. */
  readonly manifest: Manifest | null;
  /** How many requests a subject may send in a minute, or an address if there is no subject; null for any number. */
  readonly requestsPerMinute: number | null;
  /** Origins whose pages may call the API, in addition to pages served by this machine. */
  readonly corsOrigins: readonly string[];
  readonly meter: Meter;
  /** The place of recordings; null if there are none. */
  readonly audio: AudioStorage | null;
  /** The URL under which clients reach this server; null if that is the origin of their requests. */
  readonly publicUrl: string | null;
  /** Whether the store charges for requests. Their cost is logged then. */
  readonly storeCharges: boolean;
  /** Whether requests should be sent to this server: false once it is stopping. */
  readonly accepting: () => boolean;
}

/** GraphQL requests that are arriving are kept in memory, packages of Anki on the disk. */
const ARRIVING_BODIES: ArrivingLimits = { maxBodies: 1_000, maxBytes: 64_000_000 };
const ARRIVING_PACKAGES: ArrivingLimits = { maxBodies: 64, maxBytes: 400_000_000 };

export type App = YogaServerInstance<object, Context>;

/**
 * Creates the API as a function from request to response (`app.fetch`) that does not listen by itself. It serves
 * `/graphql` (and GraphiQL to browsers), `/audio/<name>` (recordings), `/export/<profile>.csv` (words),
 * `/import/anki` (words too), `/health` (the process runs), `/ready` (the store can be written) and `/metrics` (for
 * Prometheus).
 */
export function createApp(options: AppOptions): App {
  const {
    services,
    authenticate,
    manifest,
    requestsPerMinute,
    corsOrigins,
    meter,
    audio,
    publicUrl,
    storeCharges,
    accepting,
  } = options;
  const { clock, log } = services;
  const endpoint = ENDPOINT;
  const failed = errorResponse(log);
  const origins = { corsOrigins, publicUrl };
  const isReady = createReadiness({ ...services, accepting });
  const limit = requestsPerMinute === null ? null : createRateLimit(requestsPerMinute, clock);
  const authentication = createAuthentication({ authenticate, limit, endpoint, log });
  const accessOf = createAccess(services);
  const accessTo = (request: Request) => accessOf(authentication.subjectOf(request));
  const beginsIn = (limits: ArrivingLimits): BeginBody => {
    const bodies = new ArrivingBodies(limits, clock);
    return (request, message) => bodies.begin(callerOf(authentication.subjectOf(request), message));
  };
  keepFakePromise();
  return createYoga<object, Context>({
    schema,
    graphqlEndpoint: endpoint,
    fetchAPI: { Response: EncodedResponse },
    context: ({ request, req }: YogaInitialContext & { req?: IncomingMessage }) => {
      const subject = authentication.subjectOf(request);
      const baseUrl = () => publicUrl ?? new URL(request.url).origin;
      return createContext(accessOf(subject), clock, { caller: limitedCallerOf(subject, req), baseUrl });
    },
    maskedErrors: { maskError: maskErrors(log) },
    parserAndValidationCache: {
      documentCache: documentCache(),
      errorCache: noErrorCache,
      validationCache: false,
    },
    maxRequestBodySize: false,
    multipart: false,
    ...(manifest !== null && { extraParamNames: [DOCUMENT_ID] }),
    cors: corsFor(origins),
    healthCheckEndpoint: NO_HEALTH_CHECK,
    graphiql: false,
    landingPage: false,
    logging: false,
    plugins: [
      useRequestDurations(meter, clock),
      useVaryByOrigin(),
      ...(manifest === null ? [] : [useEntityTags(endpoint)]),
      useHeadRequests(endpoint),
      useCrossSiteGuard(origins),
      authentication.plugin,
      usePaths(endpoint, isReady, audio !== null),
      useMetrics(meter, failed),
      useGraphiQL(endpoint, failed),
      ...(audio === null ? [] : [useAudio(audio, log)]),
      useExport((request) => accessTo(request).exports, publicUrl, log),
      useAnkiImport({
        wordsFor: (request) => accessTo(request).imports,
        callerOf: (request, message) => limitedCallerOf(authentication.subjectOf(request), message),
        begin: beginsIn(ARRIVING_PACKAGES),
        log,
      }),
      useAcceptHeader(),
      useRequestParser(MAX_BODY, beginsIn(ARRIVING_BODIES)),
      ...(manifest === null ? [] : [usePersistedDocuments(manifest)]),
      ...queryLimits(),
      useValidationCache(),
      useOperationName(),
      useOperationInfo(),
      useOperationLimit(),
      useStandardExecutor(),
      useDistinctEvents(),
      useStreamExpiry(authentication.subjectOf, clock),
      ...(limit === null ? [] : [useOpenStreams(limit, authentication.subjectOf)]),
      useLeavingClients(),
      useCompiledQueries(),
      useInputCode(),
      usePartialRefusal(),
      ...(storeCharges ? [useRequestCost(log, authentication.subjectOf)] : []),
    ],
  });
}

/**
 * Executes with the executor of graphql-js. Yoga's executor treats every object with a field called `then` as a promise,
 * and a client can cause that by an alias.
 */
function useStandardExecutor(): Plugin {
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribe),
  };
}

function useMetrics(meter: Meter, failed: (error: unknown) => Response): Plugin {
  const isAsked = ({ url }: { readonly url: URL }) => url.pathname === METRICS_PATH;
  return {
    onRequest: answering(isAsked, failed, async ({ request, fetchAPI }) => {
      if (!['GET', 'HEAD'].includes(request.method)) {
        return refusal(405, 'Metrics can only be read, by GET or HEAD.', undefined, { allow: 'GET, HEAD' });
      }
      const { text, contentType } = await meter.report();
      return new fetchAPI.Response(text, { headers: { 'content-type': contentType } });
    }),
  };
}
