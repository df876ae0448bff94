import { isDeepStrictEqual } from 'node:util';
import type { Container, ItemDefinition, SqlQuerySpec } from '@azure/cosmos';
import { z } from 'zod';
import type { HeldLease } from '../../../ports/leases.ts';
import { IS_ADDRESSABLE, isAddressable } from '../documents/address.ts';
import { answerFailure, CosmosFailure, cosmosFailure, type FailureKind } from './failure.ts';
import type { Retry } from './retry.ts';
import { ConnectionLost } from './transport.ts';

/** A document with everything that its writers, we or others, put into it. */
const storedDocument = z.looseObject({ id: z.string(), _etag: z.string() });
export type StoredDocument = z.infer<typeof storedDocument>;

/** Fields of a document by their names. */
export type Fields = Readonly<Record<string, unknown>>;

/** A query, `c` being a document. */
export interface Query {
  readonly select: string;
  /** Most documents to find; all where left out. */
  readonly top?: number;
  readonly where: string;
  /** One field that every document matched by `where` has. */
  readonly orderBy?: string;
  /** Values of the parameters by their names, with the `@`. */
  readonly values?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Reads what a query found; null if it is to be left out. */
export type Parse<Result> = (found: unknown) => Result | null;

/** Most documents of a page; what a query usually finds comes in one. */
const PAGE_LENGTH = 1000;

/**
 * A container of documents. A document whose id cannot be addressed is not there for any method: others may have
 * written it, but it could be neither read nor changed. Every request is sent retrying. A write whose answer is lost is settled by reading the
 * document back: it is sent again only where it has not arrived, and so that it could not be carried out twice.
 */
export class DocumentContainer {
  readonly #container: Container;
  readonly #retrying: Retry;

  constructor(container: Container, retrying: Retry) {
    this.#container = container;
    this.#retrying = retrying;
  }

  /** The document, null where there is none. */
  async read(partition: string, id: string): Promise<StoredDocument | null> {
    if (!isAddressable(id) || !isAddressable(partition)) return null;
    return this.#retrying((signal) => this.#fetch(partition, id, signal));
  }

  /**
   * What a query finds within a partition: of a profile, since `profile_id` is the partition key.
   * @param parse reads each document as soon as its page is there, so that no more than a page of whole documents is
   *   in memory; what it makes null of is left out
   */
  async queryProfile<Result>(profileId: string, query: Query, parse: Parse<Result>): Promise<Result[]> {
    if (!isAddressable(profileId)) return [];
    const values = { ...query.values, '@profile': profileId };
    const spec = querySpec({ ...query, values }, 'c.profile_id = @profile');
    const found: Result[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await this.#retrying((abortSignal) =>
        this.#container.items
          .query<unknown>(spec, {
            partitionKey: profileId,
            maxItemCount: PAGE_LENGTH,
            abortSignal,
            ...(continuationToken !== undefined && { continuationToken }),
          })
          .fetchNext(),
      );
      found.push(...parsed(page.resources, parse));
      continuationToken = page.continuationToken;
    } while (continuationToken);
    return found;
  }

  /** What a query finds in all partitions, read by `parse`; what it makes null of is left out. */
  async queryEverywhere<Result>(query: Query, parse: Parse<Result>): Promise<Result[]> {
    const spec = querySpec(query, null);
    const { resources } = await this.#retrying((abortSignal) =>
      this.#container.items.query<unknown>(spec, { maxItemCount: PAGE_LENGTH, abortSignal }).fetchAll(),
    );
    return parsed(resources, parse);
  }

  /**
   * Creates a document.
   * @param mark further fields, by which it is told from everybody else's
   * @param fence once it is lost, nothing is sent any more that could create the document
   * @returns null, with nothing done, where the id is taken or can't be given to a document
   * @throws {LeaseLost} if the document was not created before the fence was lost
   */
  async create(
    partition: string,
    document: Fields & { readonly id: string },
    mark: Fields,
    fence?: HeldLease,
  ): Promise<StoredDocument | null> {
    if (!isAddressable(document.id)) return null;
    let mayHaveArrived = false;
    return this.#retrying(async (abortSignal) => {
      if (mayHaveArrived) {
        const found = await this.#fetch(partition, document.id, abortSignal);
        if (found !== null) return holds(found, mark) ? found : null;
      }
      fence?.lost.throwIfAborted();
      try {
        const options = { abortSignal, disableAutomaticIdGeneration: true };
        return stored(
          (await this.#container.items.create<ItemDefinition>({ ...document, ...mark }, options)).resource,
        );
      } catch (error) {
        if (kindOf(error) === 'unknown') mayHaveArrived = true;
        if (kindOf(error) !== 'taken') throw error;
        const found = mayHaveArrived ? await this.#fetch(partition, document.id, abortSignal) : null;
        return found !== null && holds(found, mark) ? found : null;
      }
    });
  }

  /** Writes a document of ours, whichever version there is. Nobody may write another document with its id. */
  async overwrite(document: Fields & { readonly id: string }): Promise<void> {
    await this.#retrying((abortSignal) => this.#container.items.upsert(document, { abortSignal }));
  }

  /**
   * Replaces the version of a document that was read by one in which some fields are others.
   * @returns the new version; 'changed' where another writer was faster, 'gone' where the document is no more
   */
  async replace(
    partition: string,
    document: StoredDocument,
    change: Fields,
  ): Promise<StoredDocument | 'changed' | 'gone'> {
    if (!isAddressable(document.id)) return 'gone';
    let mayHaveArrived = false;
    return this.#retrying(async (abortSignal) => {
      const settle = async (): Promise<StoredDocument | 'changed' | 'gone' | 'not arrived'> => {
        const found = await this.#fetch(partition, document.id, abortSignal);
        if (found === null) return 'gone';
        if (found._etag === document._etag) return 'not arrived';
        return holds(found, change) ? found : 'changed';
      };
      if (mayHaveArrived) {
        const settled = await settle();
        if (settled !== 'not arrived') return settled;
      }
      try {
        const options = { abortSignal, accessCondition: { type: 'IfMatch', condition: document._etag } };
        const item = this.#container.item(document.id, partition);
        return stored((await item.replace<ItemDefinition>({ ...document, ...change }, options)).resource);
      } catch (error) {
        const kind = kindOf(error);
        if (kind === 'unknown') mayHaveArrived = true;
        if (kind === 'missing') return 'gone';
        if (kind !== 'changed') throw error;
        const settled = mayHaveArrived ? await settle() : 'changed';
        return settled === 'not arrived' ? 'changed' : settled;
      }
    });
  }

  /**
   * Deletes a version of a document, or whichever there is where `etag` is null.
   * @returns 'changed' where there is another version now, 'gone' where another was faster; where an answer was
   *   lost, a document that is gone counts as removed by this call
   */
  async remove(partition: string, id: string, etag: string | null): Promise<'removed' | 'changed' | 'gone'> {
    if (!isAddressable(id)) return 'gone';
    let mayHaveArrived = false;
    return this.#retrying(async (abortSignal) => {
      try {
        await this.#container.item(id, partition).delete({
          abortSignal,
          ...(etag !== null && { accessCondition: { type: 'IfMatch', condition: etag } }),
        });
        return 'removed';
      } catch (error) {
        const kind = kindOf(error);
        if (kind === 'missing') return mayHaveArrived ? 'removed' : 'gone';
        if (kind === 'changed') return 'changed';
        if (kind === 'unknown') mayHaveArrived = true;
        throw error;
      }
    });
  }

  async #fetch(partition: string, id: string, abortSignal: AbortSignal): Promise<StoredDocument | null> {
    const response = await this.#container.item(id, partition).read<ItemDefinition>({ abortSignal });
    if (response.statusCode !== 404) return stored(response.resource);
    // The client takes every 404 for an answer, also those that speak of something else than the document.
    const failure = answerFailure(404, response.substatus, 'read');
    if (failure.kind === 'missing') return null;
    throw failure;
  }
}

function parsed<Result>(found: readonly unknown[], parse: Parse<Result>): Result[] {
  return found.flatMap((one) => {
    const result = parse(one);
    return result === null ? [] : [result];
  });
}

/** Whether a document has these fields with these values. */
function holds(document: StoredDocument, fields: Fields): boolean {
  return Object.entries(fields).every(([name, value]) => isDeepStrictEqual(document[name], value));
}

/** A whole document, as a request or a query returned it. */
export function stored(resource: unknown): StoredDocument {
  const parsed = storedDocument.safeParse(resource);
  if (!parsed.success) throw new ConnectionLost('the answer holds no document');
  return parsed.data;
}

function kindOf(error: unknown): FailureKind | null {
  const failure = cosmosFailure(error);
  return failure instanceof CosmosFailure ? failure.kind : null;
}

function querySpec({ select, top, where, orderBy, values }: Query, scope: string | null): SqlQuerySpec {
  // The nested conditions come last: the emulator's parser is slow with those that others follow.
  const conditions = [...(scope === null ? [] : [scope]), IS_ADDRESSABLE, `(${where})`];
  const parts = [
    `SELECT ${top === undefined ? '' : 'TOP @top '}${select} FROM c`,
    `WHERE ${conditions.join(' AND ')}`,
    orderBy === undefined ? '' : `ORDER BY ${orderBy}`,
  ];
  const all = { ...values, ...(top !== undefined && { '@top': top }) };
  const parameters = Object.entries(all).map(([name, value]) => ({
    name,
    value: typeof value === 'object' ? [...value] : value,
  }));
  return { query: parts.join(' '), parameters };
}
