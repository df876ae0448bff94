import type { Events, TopUpEvent } from '../../ports/events.ts';
import type { Log } from '../../ports/log.ts';

/** Events of one process, delivered by plain function calls. */
export function inProcessEvents(log: Log): Events {
  const listeners: ((event: TopUpEvent) => void)[] = [];
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log.error({ event: event.type, err: error }, 'a listener failed');
        }
      }
    },
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
