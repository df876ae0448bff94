import type { RequestListener } from 'node:http';
import type { Events } from '../../ports/events.ts';
import type { DialogGenerator } from '../../ports/generator.ts';
import type { StoreWrapper } from '../../ports/store-calls.ts';
import { NO_TRACES, type TopUpTraces } from '../../ports/top-up-traces.ts';
import type { Voice } from '../../ports/voice.ts';
import { type CalledModel, withGenerationSpans, withVoiceSpans } from './call-spans.ts';
import { type TracedPaths, withRequestSpans } from './request-spans.ts';
import { flushSpans, isSdkLoaded } from './sdk.ts';
import { type DatabaseSystem, storeSpans } from './store-spans.ts';
import { topUpSpans } from './top-up-spans.ts';

/** Adds spans of OpenTelemetry to what it is given. */
export interface Tracing {
  requests(listener: RequestListener, paths: TracedPaths): RequestListener;
  topUps(events: Events): TopUpTraces;
  generator(generator: DialogGenerator, called: CalledModel): DialogGenerator;
  voice(voice: Voice, called: CalledModel): Voice;
  /** Makes spans of the calls of a store. */
  storeCalls(system: DatabaseSystem): StoreWrapper;
  /** Has the spans that have ended exported. Takes two seconds at most, and never rejects. */
  flush(): Promise<void>;
}

/** Everything stays as it is, so that nothing costs anything. */
const NO_TRACING: Tracing = {
  requests: (listener) => listener,
  topUps: () => NO_TRACES,
  generator: (generator) => generator,
  voice: (voice) => voice,
  storeCalls: () => () => null,
  flush: async () => undefined,
};

const SPANS: Tracing = {
  requests: withRequestSpans,
  topUps: topUpSpans,
  generator: withGenerationSpans,
  voice: withVoiceSpans,
  storeCalls: storeSpans,
  flush: flushSpans,
};

/** Adds spans if an OpenTelemetry SDK has been loaded before, and else changes nothing. */
export function openTracing(): Tracing {
  return isSdkLoaded() ? SPANS : NO_TRACING;
}
