import { expect, test } from 'vitest';
import { WaitingSteps } from '../../src/concurrency/waiting-steps.ts';

/** Takes steps that last as long as `ms` says, and adds each again. Returns how long those of each name have run. */
function runFor(totalMs: number, ms: Readonly<Record<string, number>>, pathOf: (name: string) => string[]) {
  const waiting = new WaitingSteps();
  const taken: string[] = [];
  const add = (name: string) => waiting.add(pathOf(name), () => taken.push(name));
  for (const name of Object.keys(ms)) add(name);
  const ran: Record<string, number> = {};
  for (let now = 0; now < totalMs; ) {
    waiting.take()?.();
    const name = taken.at(-1) ?? '';
    const lasted = ms[name] ?? Number.NaN;
    waiting.ran(lasted);
    add(name);
    ran[name] = (ran[name] ?? 0) + lasted;
    now += lasted;
  }
  return { ran, taken };
}

test.each([
  ['short', 0.3, 'long', 3],
  ['long', 3, 'short', 0.3],
])('%s starts of %s ms get a fifth of the time beside %s steps of %s ms', (_, start, __, step) => {
  const { ran, taken } = runFor(1_000, { start, step }, (name) => (name === 'start' ? [] : ['owner']));
  expect(taken[0]).toBe('step');
  expect(ran.start).toBeGreaterThan(190);
  expect(ran.start).toBeLessThan(210);
});

test('starts that have waited alone have no less time afterwards', () => {
  const waiting = new WaitingSteps();
  const order: string[] = [];
  const addStart = () => waiting.add([], () => order.push('start'));
  const addStep = () => waiting.add(['owner'], () => order.push('step'));
  const take = (ms: number) => {
    waiting.take()?.();
    waiting.ran(ms);
  };
  addStart();
  take(1_000);
  addStep();
  addStart();
  take(3);
  addStep();
  take(3);
  expect(order).toEqual(['start', 'step', 'start']);
});

test('the owners of started work take turns', () => {
  const { taken } = runFor(12, { one: 1, two: 1, three: 1 }, (name) => [name]);
  expect(taken).toEqual(Array(4).fill(['one', 'two', 'three']).flat());
});
