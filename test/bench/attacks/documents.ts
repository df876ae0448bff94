import { getIntrospectionQuery } from 'graphql';
import { type Attack, ask, createCourse, outcomeOf, times } from './attack.ts';

/** Fragments nested five deep, each of which spreads the next `k` times. */
function nested(k: number): string {
  const fragments = times(4, (i) => `fragment f${i + 1} on Profile{${`...f${i + 2} `.repeat(k)}}`);
  return `{profile(id:"x"){...f1}} ${fragments} fragment f5 on Profile{id}`;
}

/** Attacks by what stands in a document. */
export const DOCUMENTS: readonly Attack[] = [
  {
    name: '1. fragments that expand into 60^4 fields, by GET, four times',
    async act({ url }) {
      const get = () => fetch(`${url}?${new URLSearchParams({ query: nested(60) })}`).then(outcomeOf);
      for (let time = 0; time < 3; time += 1) await get();
      return get();
    },
  },
  {
    name: '1. fragments that expand into 250^4 fields, four times',
    async act(server) {
      for (let time = 0; time < 3; time += 1) await ask(server, nested(250));
      return ask(server, nested(250));
    },
  },
  {
    name: 'a field with others below it, selected 180 times, four times',
    async act(server) {
      const document = `{${times(180, () => 'profile(id:"1"){words(first:1,after:"a"){edges{node{id}}}}')}}`;
      for (let time = 0; time < 3; time += 1) await ask(server, document);
      return ask(server, document);
    },
  },
  {
    name: '2. 340 introspection documents, four times each',
    async act(server) {
      const text = getIntrospectionQuery({ descriptions: false });
      let outcome = '';
      for (let i = 0; i < 340; i += 1) {
        const document = text.replace('IntrospectionQuery', `I${i}`);
        for (let time = 0; time < 4; time += 1) outcome = await ask(server, document);
      }
      return outcome;
    },
  },
  {
    name: '2. 340 queries of 197 fields, four times each',
    prepare: (server) => createCourse(server, 'course', 10),
    async act(server) {
      let outcome = '';
      for (let i = 0; i < 340; i += 1) {
        const fields = times(
          28,
          (j) => `a${j}: pool { unusedTotal usedTotal min shortfall wordCounts { pending } }`,
        );
        const document = `query Q${i} { profile(id: "course") { ${fields} } }`;
        for (let time = 0; time < 4; time += 1) outcome = await ask(server, document);
      }
      return outcome;
    },
  },
  {
    name: 'errors behind 190,000 lines',
    act: (server) => ask(server, `${'\n'.repeat(190_000)}{ ${times(400, (i) => `a${i}`)} }`),
  },
];
