/** How many steps of groups are taken, at most, while an own step waits. */
const MOST_BEFORE_OWN = 4;

/** Steps that wait: those of groups, which take turns, and its own. If both wait, one step of five is an own one. */
export class WaitingSteps {
  /** The group whose turn is next comes first. */
  readonly #groups = new Map<unknown, WaitingSteps>();
  readonly #steps: (() => void)[] = [];
  #takenSinceOwn = 0;

  /** @param path the group that the step belongs to, the group in it, and so on */
  add(path: readonly unknown[], step: () => void): void {
    const [key, ...inner] = path;
    if (path.length === 0) {
      this.#steps.push(step);
      return;
    }
    const group = this.#groups.get(key) ?? new WaitingSteps();
    this.#groups.set(key, group);
    group.add(inner, step);
  }

  /** Takes the next step; undefined if there is none. Its group comes last then. */
  take(): (() => void) | undefined {
    const [next] = this.#groups;
    if (next === undefined || (this.#takenSinceOwn >= MOST_BEFORE_OWN && this.#steps.length > 0)) {
      this.#takenSinceOwn = 0;
      return this.#steps.shift();
    }
    this.#takenSinceOwn += 1;
    const [key, group] = next;
    this.#groups.delete(key);
    const step = group.take();
    if (!group.isEmpty) this.#groups.set(key, group);
    return step;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0 && this.#steps.length === 0;
  }
}
