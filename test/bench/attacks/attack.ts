import type { Server } from '../../llm/server.ts';

/** Something that a stranger may send. */
export interface Attack {
  readonly name: string;
  /** The server's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What must be there before. */
  prepare?(server: Server): Promise<void>;
  /** Attacks, and says what the server answered, in a few words. */
  act(server: Server): Promise<string>;
}

/** Sends a body as it is, and says how it was answered. */
export async function post({ url }: Server, body: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return outcomeOf(response);
}

/** Sends a GraphQL request, and says how it was answered. */
export function ask(server: Server, query: string, variables: object = {}): Promise<string> {
  return post(server, JSON.stringify({ query, variables }));
}

export async function outcomeOf(response: Response): Promise<string> {
  const text = await response.text();
  if (!text.startsWith('{')) return `${response.status}, ${text.length} bytes`;
  const { errors } = JSON.parse(text);
  const message: string | undefined = errors?.[0]?.message;
  return message === undefined ? `answered, ${text.length} bytes` : `refused: ${message.slice(0, 60)}`;
}

/** So many texts, made from their numbers. */
export function times(count: number, text: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join(' ');
}

export const PROFILE = 'nativeLanguage: "en", targetLanguage: "es"';

/** Creates a profile with the given number of words. */
export async function createCourse(server: Server, id: string, words: number): Promise<void> {
  await ask(server, `mutation { createProfile(input: { id: "${id}", name: "Attack", ${PROFILE} }) { id } }`);
  const add =
    'mutation ($id: ID!, $words: [WordInput!]!) { addWords(profileId: $id, words: $words) { added { id } } }';
  const list = Array.from({ length: words }, (_, i) => ({ text: `palabra ${i}`, translation: `word ${i}` }));
  await ask(server, add, { id, words: list });
}

/** The ids of a profile's words, at most a thousand. */
export async function wordIdsOf({ url }: Server, id: string): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 10; page += 1) {
    const query =
      'query ($id: ID!, $after: String) { profile(id: $id) { words(first: 100, after: $after) { edges { cursor node { id } } } } }';
    const response: Response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { id, after } }),
    });
    const { data } = await response.json();
    const edges: { cursor: string; node: { id: string } }[] = data.profile.words.edges;
    ids.push(...edges.map(({ node }) => node.id));
    after = edges.at(-1)?.cursor ?? after;
  }
  return ids;
}
