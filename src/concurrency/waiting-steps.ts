/** How many times as long steps of groups run as own ones, while both wait. */
const GROUPS_TO_OWN = 4;

/**
 * Steps that wait: those of groups, which take turns, and its own. While both wait, groups come first, and own steps get a
 * fifth of the time.
 */
export class WaitingSteps {
  /** The group whose turn is next comes first. */
  readonly #groups = new Map<unknown, WaitingSteps>();
  readonly #steps: (() => void)[] = [];
  /** The group of the step that was taken last; null if that was an own one. */
  #last: WaitingSteps | null = null;
  /** Whether both waited when it was taken. */
  #bothWaited = false;
  /** How long own steps and those of groups have run while both waited, in milliseconds. */
  #ownMs = 0;
  #groupsMs = 0;

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
    this.#bothWaited = next !== undefined && this.#steps.length > 0;
    if (!this.#bothWaited) {
      this.#ownMs = 0;
      this.#groupsMs = 0;
    }
    if (next === undefined || (this.#bothWaited && this.#groupsMs > GROUPS_TO_OWN * this.#ownMs)) {
      this.#last = null;
      return this.#steps.shift();
    }
    const [key, group] = next;
    this.#groups.delete(key);
    const step = group.take();
    if (!group.isEmpty) this.#groups.set(key, group);
    this.#last = group;
    return step;
  }

  /** Tells how long the step that was taken last has run, in milliseconds. */
  ran(ms: number): void {
    if (this.#bothWaited && this.#last === null) this.#ownMs += ms;
    if (this.#bothWaited && this.#last !== null) this.#groupsMs += ms;
    this.#last?.ran(ms);
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0 && this.#steps.length === 0;
  }
}
