import type { Clock } from '../../src/ports/clock.ts';

/** A clock that stands still. Sleeping takes no real time: the clock is moved forward by the length of the sleep instead. */
export class HastyClock implements Clock {
  /** The length of each sleep, in milliseconds. */
  readonly slept: number[] = [];
  /** Every sleep waits for this before it ends. */
  untilWoken = (): Promise<void> => Promise.resolve();
  readonly #began = Date.now();
  #passed = 0;

  now(): Date {
    return new Date(this.#began + this.#passed);
  }

  monotonic(): number {
    return this.#passed;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    await this.untilWoken();
    this.move(ms);
  }

  move(ms: number): void {
    this.#passed += ms;
  }
}
