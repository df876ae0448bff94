import { present } from '../contract/samples.ts';
import { seededRandom } from '../support/random.ts';
import type { Fault } from './faulty-proxy.ts';

/** Every way in which a single request can fail so that sending it again helps. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'a throttled request': { kind: 'status', status: 429, retryAfterMs: 10 },
  'a request to retry': { kind: 'status', status: 449 },
  'a timeout': { kind: 'status', status: 408 },
  'a failure': { kind: 'status', status: 500 },
  'an outage': { kind: 'status', status: 503, body: '' },
  'an outage reported by a gateway': { kind: 'status', status: 502, body: '<html>Bad gateway</html>' },
  'a session that is not available': { kind: 'status', status: 404, substatus: 1002 },
  'a reset connection': { kind: 'reset' },
  'a lost response': { kind: 'swallow' },
  'a response that never comes': { kind: 'silence' },
  'a response that is no JSON': { kind: 'garble' },
};

/** Makes one request in six fail, in any way but a missing response, which would take the whole limit of an attempt. */
export function oneInSix(seed: number): () => Fault | null {
  const faults = Object.values(FAULTS).filter(({ kind }) => kind !== 'silence');
  const random = seededRandom(seed);
  return () => (random() < 1 / 6 ? present(faults[Math.floor(random() * faults.length)]) : null);
}
