/** Steps that wait: its own come first, then those of groups, which take turns. The group whose turn is next comes first. */
export class WaitingSteps {
  readonly #groups = new Map<unknown, WaitingSteps>();
  readonly #steps: (() => void)[] = [];

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

  /** Takes the next step; undefined if there is none. Its groups come last then. */
  take(): (() => void) | undefined {
    const own = this.#steps.shift();
    if (own !== undefined) return own;
    const [next] = this.#groups;
    if (next === undefined) return undefined;
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
