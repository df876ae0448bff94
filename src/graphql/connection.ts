import type { ObjectRef } from '@pothos/core';
import { nextTurn } from '../concurrency/turns.ts';
import type { Page, PageRequest, Position } from '../model/page.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { cursorOf, positionOf } from './cursor.ts';
import { MAX_FIRST, pageSize } from './input.ts';
import { boundedNumber, listSize } from './list-size.ts';

/** Nodes read where `first` is left out. */
const DEFAULT_FIRST = 20;

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: PageInfo;
}

/** The arguments of a connection as they come in. */
interface ConnectionArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const PageInfoRef = builder.objectRef<PageInfo>('PageInfo').implement({
  description: 'Where a page of a connection ends.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description: 'Whether there was more behind this page when it was read.',
    }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'Hand it as `after` to read on. Null where the page is empty.',
    }),
  }),
});

/** `first` and `after`, for a field that is a connection. */
export const connectionArgs = () =>
  builder.args((t) => ({
    first: t.int({
      description: `How many to read at most, 0 to 100; ${DEFAULT_FIRST} where left out.`,
      validate: pageSize.nullish(),
    }),
    after: t.string({
      description: 'Read what comes behind this cursor; from the beginning where left out.',
    }),
  }));

/** The size of a connection, for the limit of an answer. */
export const connectionSize = listSize(
  ({ first }) => boundedNumber(first, { max: MAX_FIRST, otherwise: DEFAULT_FIRST }),
  ['edges'],
);

/**
 * Adds the two types of a connection. Written here and not taken from Pothos' relay plugin, whose connections also
 * page backwards: no store could promise that in the order of creation at the same price.
 *
 * @returns the type, and a function that reads a page for its arguments
 */
export function connectionOf<Node extends Position>(name: string, nodeRef: ObjectRef<SchemaTypes, Node>) {
  const plural = `${name.toLowerCase()}s`;
  const edgeRef = builder.objectRef<Edge<Node>>(`${name}Edge`).implement({
    description: `One of the ${plural}, and its place among them.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Hand it as `after` to read what comes behind.' }),
      node: t.expose('node', { type: nodeRef, description: `The ${name.toLowerCase()} itself.` }),
    }),
  });
  const ref = builder.objectRef<Connection<Node>>(`${name}Connection`).implement({
    description: `Some of the ${plural}, oldest first.`,
    fields: (t) => ({
      edges: t.field({
        type: [edgeRef],
        description: 'At most `first` of them.',
        resolve: ({ edges }) => edges,
      }),
      pageInfo: t.field({
        type: PageInfoRef,
        description: 'Where the page ends.',
        resolve: ({ pageInfo }) => pageInfo,
      }),
    }),
  });
  async function read(
    owner: object,
    { first, after }: ConnectionArgs,
    page: (request: PageRequest) => Promise<Page<Node>>,
  ): Promise<Connection<Node>> {
    const request = { first: first ?? DEFAULT_FIRST, after: after == null ? null : positionOf(name, after) };
    const turn = nextTurn(owner);
    if (turn) await turn;
    const { nodes, hasNextPage } = await page(request);
    const edges = nodes.map((node) => ({ cursor: cursorOf(name, node), node }));
    return { edges, pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null } };
  }
  return { ref, read };
}
