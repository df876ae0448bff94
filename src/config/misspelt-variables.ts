/** Variables with these prefixes are read by this server and by no other program that is usual beside it. */
const PREFIXES = ['LLM_', 'TTS_', 'COSMOS_'];
/** Variables with these prefixes may also belong to other programs. Only names that are near ours are refused. */
const SHARED_PREFIXES = ['AUTH_', 'RATE_LIMIT_'];
/** Kubernetes sets such variables for services, whose names may begin like ours. */
const SERVICE_LINK = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)$/;
/** Shorter names without a prefix resemble too many others. */
const LEAST_LENGTH = 8;

/**
 * Describes variables that were probably meant for this server and that it does not read: those with one of its
 * prefixes, and those that differ by one slip of the keyboard from a name without a prefix.
 * @param names the variables that are set
 * @param known the variables that are read
 */
export function misspeltVariables(names: readonly string[], known: readonly string[]): string[] {
  const unknown = names.filter((name) => !known.includes(name) && !SERVICE_LINK.test(name));
  return unknown.flatMap((name) => {
    const prefix = [...PREFIXES, ...SHARED_PREFIXES].find((each) => name.startsWith(each));
    if (prefix === undefined) {
      const meant = known.find((each) => isLongWithoutPrefix(each) && distance(name, each) === 1);
      return meant === undefined ? [] : [`${name} is not known. Did you mean ${meant}?`];
    }
    const candidates = known.filter((each) => each.startsWith(prefix));
    const meant = nearest(name, candidates, Math.floor((name.length - prefix.length) * 0.4) + 1);
    if (meant === null && SHARED_PREFIXES.includes(prefix)) return [];
    const hint = meant === null ? `Known are ${candidates.join(', ')}.` : `Did you mean ${meant}?`;
    return [`${name} is not known. ${hint}`];
  });
}

function isLongWithoutPrefix(name: string): boolean {
  return name.length >= LEAST_LENGTH && !PREFIXES.some((prefix) => name.startsWith(prefix));
}

function nearest(name: string, candidates: readonly string[], most: number): string | null {
  const [best] = candidates
    .map((candidate) => ({ candidate, apart: distance(name, candidate) }))
    .sort((a, b) => a.apart - b.apart);
  return best !== undefined && best.apart <= most ? best.candidate : null;
}

/** The edit distance of two names: characters inserted, left out, exchanged, or swapped with the next one. */
function distance(a: string, b: string): number {
  // A name that is much longer is not near, and filling its table would take long.
  if (Math.abs(a.length - b.length) > b.length) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const at = (cells: readonly number[], index: number) => cells[index] ?? Number.POSITIVE_INFINITY;
      const exchanged = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, exchanged, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last.at(-1) ?? 0;
}
