import { type Attack, ask, createCourse, PROFILE, post, times, wordIdsOf } from './attack.ts';

const STATES =
  'query ($states: [WordState!]) { profile(id: "demo") { words(states: $states) { edges { cursor } } } }';
const ADD =
  'mutation ($words: [WordInput!]!) { addWords(profileId: "course", words: $words) { added { id text translation state createdAt } } }';
const SET = 'setWordState(profileId: "course", wordIds: $ids, state: LEARNED)';
const WHOLE = 'id text unusedDialog { id turns { speaker text translation } }';

/** Attacks by arguments and variables. */
export const VALUES: readonly Attack[] = [
  {
    name: '3. a language tag of 320 KB',
    act: (server) =>
      ask(
        server,
        `mutation ($tag: String!) { createProfile(input: { name: "x", nativeLanguage: $tag, targetLanguage: "de" }) { id } }`,
        {
          tag: `de-u${Array.from({ length: 40_000 }, (_, i) => `-a${(i + 46_656).toString(36).padStart(6, 'a')}`).join('')}`,
        },
      ),
  },
  {
    name: '5. 900,000 wrong enum values in a variable',
    act: (server) => ask(server, STATES, { states: Array(450_000).fill('NEW') }),
  },
  {
    name: '5. 9,900 wrong enum values in a variable',
    act: (server) => ask(server, STATES, { states: Array(9_900).fill('NEW') }),
  },
  {
    name: '6. setWordState of 1,000 words with their dialogs, 30 times in a document',
    prepare: (server) => createCourse(server, 'course', 1_000),
    act: async (server) =>
      ask(server, `mutation ($ids: [ID!]!) { ${times(30, (i) => `a${i}: ${SET} { ${WHOLE} }`)} }`, {
        ids: await wordIdsOf(server, 'course'),
      }),
  },
  {
    name: '6. setWordState of 1,000 words, six times in a document',
    prepare: (server) => createCourse(server, 'course', 1_000),
    act: async (server) =>
      ask(server, `mutation ($ids: [ID!]!) { ${times(6, (i) => `a${i}: ${SET} { id }`)} }`, {
        ids: await wordIdsOf(server, 'course'),
      }),
  },
  {
    name: '6. ensureDialogs(min: 500) on 29 profiles in a document',
    async prepare(server) {
      for (let i = 0; i < 29; i += 1) await createCourse(server, `p${i}`, 500);
    },
    act: (server) => ask(server, `mutation { ${times(29, topUp)} }`),
  },
  {
    name: '6. ensureDialogs(min: 500) on 5 profiles in a document',
    async prepare(server) {
      for (let i = 0; i < 5; i += 1) await createCourse(server, `p${i}`, 500);
    },
    act: (server) => ask(server, `mutation { ${times(5, topUp)} }`),
  },
  {
    name: '8. 1,900,000 nested lists in variables',
    act: (server) => post(server, `{"query":"{__typename}","variables":{"a":${'['.repeat(1_900_000)}`),
  },
  {
    name: '8. 130,000 words in variables',
    prepare: (server) => createCourse(server, 'course', 1),
    act: (server) =>
      ask(server, ADD, { words: Array.from({ length: 130_000 }, (_, i) => ({ text: `word ${i}` })) }),
  },
  {
    name: '1,000 words of the greatest length, which are added',
    prepare: (server) => createCourse(server, 'course', 1),
    act: (server) =>
      ask(server, ADD, {
        words: Array.from({ length: 1_000 }, (_, i) => ({
          text: String(i).padStart(4, '0') + '語'.repeat(196),
          translation: '語'.repeat(500),
        })),
      }),
  },
  {
    name: 'a cursor of 3.9 MB',
    act: (server) =>
      ask(server, 'query ($after: String) { profiles(after: $after) { edges { cursor } } }', {
        after: Buffer.from('['.repeat(2_900_000)).toString('base64url'),
      }),
  },
  {
    name: 'a name of 970,000 characters',
    act: (server) =>
      ask(server, `mutation ($name: String!) { createProfile(input: { name: $name, ${PROFILE} }) { id } }`, {
        name: '😀'.repeat(970_000),
      }),
  },
  {
    name: 'an answer of 20,000 values',
    prepare: async (server) => {
      for (let i = 0; i < 100; i += 1) await createCourse(server, `p${i}`, 30);
    },
    act: (server) =>
      ask(
        server,
        `{ profiles(first: 100) { edges { node { words(first: 28) { edges { node { ${'id text translation state createdAt'} } } } } } } }`,
      ),
  },
];

function topUp(i: number): string {
  return `a${i}: ensureDialogs(profileId: "p${i}", min: 500) { unusedTotal }`;
}
