import { fakePromise } from '@whatwg-node/promise-helpers';

const kept: { one?: unknown } = {};

/**
 * Keeps one of the objects alive by which yoga calls the hooks of plugins. They stand for promises, and a page takes two
 * hundred of them.
 *
 * They are made by an object literal with computed keys. If V8 collects garbage while none of them is alive, it drops their
 * hidden class, cannot use its feedback for the literal any more, and runs it in its slow way from then on. In profiles of
 * the pool page, that took 2 to 4 % of the processor time after a collection, and 0.2 % with this.
 */
export function keepFakePromise(): void {
  kept.one ??= fakePromise();
}
