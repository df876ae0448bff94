import type { Scheduler } from 'fast-check';
import type { Store } from '../../src/ports/store.ts';
import type { TrueTime } from './true-time.ts';

/** Every call of the store waits until the scheduler lets it through, and so does its answer. */
export function scheduled(store: Store, scheduler: Scheduler, time: TrueTime): Store {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(name));
        const result: unknown = await time.during(Promise.resolve(Reflect.apply(method, target, args)));
        await scheduler.schedule(Promise.resolve(), `${String(name)} answered`);
        return result;
      };
    },
  });
}

/** The store with some of its methods replaced: a planted bug. */
export function replacing(store: Store, methods: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => Reflect.get(methods, name) ?? Reflect.get(target, name),
  });
}
