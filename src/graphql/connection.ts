import type { ObjectRef } from '@pothos/core';
import { nextTurn } from '../concurrency/fair-turns.ts';
import type { Page, PageRequest, Position } from '../model/page.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { cursorOf, positionOf } from './cursor.ts';
import { MAX_FIRST, pageSize } from './input.ts';
import { boundedNumber, type ListSize, type ListTotals, listSize } from './list-size.ts';

/** The page size if `first` is left out. */
const DEFAULT_FIRST = 20;

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
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

/** The arguments of a connection as the client gives them. */
interface ConnectionArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const PageInfoRef = builder.objectRef<PageInfo>('PageInfo').implement({
  description: 'Where a page stands in its list, and how to read the page that follows.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description: 'Whether there were more entries after this page when it was read.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description:
        'True if the page was read with `after`, false for a first page. Lists are read forwards only.',
    }),
    startCursor: t.exposeString('startCursor', {
      nullable: true,
      description: 'The cursor of the first entry of this page. Null if this page is empty.',
    }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description:
        'The cursor of the last entry of this page. Pass it as `after` to read the next page. Null if this page is empty.',
    }),
  }),
});

/** `first` and `after`, the arguments of every connection. */
export const connectionArgs = () =>
  builder.args((t) => ({
    first: t.int({
      description: `The largest number of entries to read, 0 to 100. The default is ${DEFAULT_FIRST}.`,
      validate: pageSize.nullish(),
    }),
    after: t.string({
      description:
        'A cursor of this connection. Only entries after it are read. If it is left out, reading starts at the first entry.',
    }),
  }));

/**
 * States the page size of a connection.
 * @param totals lists of the nodes that are limited over the whole page, by their names
 */
export function connectionSize(totals: ListTotals = {}): { listSize: ListSize } {
  return listSize(
    ({ first }) => boundedNumber(first, { max: MAX_FIRST, otherwise: DEFAULT_FIRST }),
    ['edges'],
    { edges: { node: totals } },
  );
}

/** What a connection lists. */
interface ConnectionOptions<Node> {
  /** The name of a node in descriptions. */
  readonly singular: string;
  readonly order: 'oldest first' | 'newest first';
  /** The position of a node, from which its cursor is made. */
  readonly position: (node: Node) => Position;
}

/** The options of a connection of nodes with a creation time, oldest first. */
export function byAge(singular: string): ConnectionOptions<Position> {
  return { singular, order: 'oldest first', position: (node) => node };
}

/**
 * Adds the connection type and the edge type of a node type. Pothos' relay plugin is not used, because its connections
 * also page backwards, which the stores cannot do at the same cost.
 *
 * @returns the connection type, and a function that reads one page of it
 */
export function connectionOf<Node>(
  name: string,
  nodeRef: ObjectRef<SchemaTypes, Node>,
  { singular, order, position }: ConnectionOptions<Node>,
) {
  const plural = `${singular}s`;
  const edgeRef = builder.objectRef<Edge<Node>>(`${name}Edge`).implement({
    description: `A ${singular} in a list, with its cursor.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: `Pass it as \`after\` to read the ${plural} after this one.`,
      }),
      node: t.expose('node', { type: nodeRef, description: `The ${singular}.` }),
    }),
  });
  const ref = builder.objectRef<Connection<Node>>(`${name}Connection`).implement({
    description: `A page of a list of ${plural}, ${order}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edgeRef],
        description: `The ${plural} of this page, each with its cursor. There are at most \`first\`.`,
        resolve: ({ edges }) => edges,
      }),
      pageInfo: t.field({
        type: PageInfoRef,
        description: 'Where the page stands in the list.',
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
    const edges = nodes.map((node) => ({ cursor: cursorOf(name, position(node)), node }));
    const pageInfo = {
      hasNextPage,
      hasPreviousPage: request.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    };
    return { edges, pageInfo };
  }
  return { ref, read };
}
