import { isDeepStrictEqual } from 'node:util';
import type { Container, ItemDefinition } from '@azure/cosmos';
import { z } from 'zod';
import type { HeldLease } from '../../../ports/leases.ts';
import { isAddressable } from './address.ts';
import { CosmosFailure, cosmosFailure, type FailureKind, responseFailure } from './failure.ts';
import { type Parse, parsed, type Query, querySpec } from './query.ts';
import type { Retry } from './retry.ts';
import { ConnectionLost } from './transport.ts';

/** A document with all its fields, also those that other programs added. */
const storedDocument = z.looseObject({ id: z.string(), _etag: z.string() });
export type StoredDocument = z.infer<typeof storedDocument>;

/** Fields of a document by their names. */
export type Fields = Readonly<Record<string, unknown>>;

/** The size of a page of results. Most queries need one page. */
const PAGE_LENGTH = 1000;

/**
 * A container of documents. A document whose id is not addressable (`isAddressable`) does not exist for any method:
 * another program may have created it, but it can neither be read nor changed.
 *
 * Every request is retried (`Retry`). If the response to a write is lost, the document is read to find out whether the
 * write was carried out, and the write is sent again only if it was not.
 *
 * Every method throws StoreUnavailable if the service does not answer in time or an operator has to act first, and
 * CosmosFailure for any other failure.
 */
export class DocumentContainer {
  readonly #container: Container;
  readonly #retry: Retry;

  constructor(container: Container, retry: Retry) {
    this.#container = container;
    this.#retry = retry;
  }

  /** Reads a document; null if it does not exist. */
  async read(partition: string, id: string): Promise<StoredDocument | null> {
    if (!isAddressable(id) || !isAddressable(partition)) return null;
    return this.#retry((signal) => this.#fetch(partition, id, signal));
  }

  /**
   * Runs a query within the partition of a profile, in a container with the partition key `profile_id`.
   * @param parse is called as each page arrives, so that at most one page of whole documents is in memory
   */
  async queryProfile<Result>(profileId: string, query: Query, parse: Parse<Result>): Promise<Result[]> {
    if (!isAddressable(profileId)) return [];
    const values = { ...query.values, '@profile': profileId };
    const spec = querySpec({ ...query, values }, 'c.profile_id = @profile');
    const found: Result[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await this.#retry((abortSignal) =>
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

  /** Runs a query over all partitions. */
  async queryEverywhere<Result>(query: Query, parse: Parse<Result>): Promise<Result[]> {
    const spec = querySpec(query, null);
    const { resources } = await this.#retry((abortSignal) =>
      this.#container.items.query<unknown>(spec, { maxItemCount: PAGE_LENGTH, abortSignal }).fetchAll(),
    );
    return parsed(resources, parse);
  }

  /**
   * Creates a document.
   * @param token further fields, which no other creation has. After a lost response they tell whether the document was
   *   created by this call
   * @param fence once it is lost, no request is sent that could create the document
   * @returns null if the id is taken or not addressable; nothing was changed then
   * @throws {LeaseLost} if the fence was lost before the document was created
   */
  async create(
    partition: string,
    document: Fields & { readonly id: string },
    token: Fields,
    fence?: HeldLease,
  ): Promise<StoredDocument | null> {
    if (!isAddressable(document.id)) return null;
    let mayHaveArrived = false;
    return this.#retry(async (abortSignal) => {
      if (mayHaveArrived) {
        const found = await this.#fetch(partition, document.id, abortSignal);
        if (found !== null) return holds(found, token) ? found : null;
      }
      fence?.lost.throwIfAborted();
      try {
        const options = { abortSignal, disableAutomaticIdGeneration: true };
        return stored(
          (await this.#container.items.create<ItemDefinition>({ ...document, ...token }, options)).resource,
        );
      } catch (error) {
        if (kindOf(error) === 'unknown') mayHaveArrived = true;
        if (kindOf(error) !== 'taken') throw error;
        const found = mayHaveArrived ? await this.#fetch(partition, document.id, abortSignal) : null;
        return found !== null && holds(found, token) ? found : null;
      }
    });
  }

  /** Creates or replaces a document, whatever its version. It is for ids that all writers write the same content to. */
  async overwrite(document: Fields & { readonly id: string }): Promise<void> {
    await this.#retry((abortSignal) => this.#container.items.upsert(document, { abortSignal }));
  }

  /**
   * Changes some fields of a document if it still has the version that was read. Other fields stay as they are.
   * @returns the new version; `changed` if the document has another version by now; `gone` if it was deleted
   */
  async replace(
    partition: string,
    document: StoredDocument,
    change: Fields,
  ): Promise<StoredDocument | 'changed' | 'gone'> {
    if (!isAddressable(document.id)) return 'gone';
    let mayHaveArrived = false;
    return this.#retry(async (abortSignal) => {
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
   * Deletes a document if it still has the version `etag`.
   * @returns `changed` if the document has another version by now; `gone` if it does not exist. If a response was lost,
   *   a document that does not exist counts as removed by this call
   */
  async remove(partition: string, id: string, etag: string): Promise<'removed' | 'changed' | 'gone'> {
    if (!isAddressable(id)) return 'gone';
    let mayHaveArrived = false;
    return this.#retry(async (abortSignal) => {
      try {
        const accessCondition = { type: 'IfMatch', condition: etag };
        await this.#container.item(id, partition).delete({ abortSignal, accessCondition });
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
    // The SDK returns every 404 as a response, also one that does not concern the document.
    const failure = responseFailure(404, response.substatus, 'read');
    if (failure.kind === 'missing') return null;
    throw failure;
  }
}

/** Whether a document has all these fields with these values. */
function holds(document: StoredDocument, fields: Fields): boolean {
  return Object.entries(fields).every(([name, value]) => isDeepStrictEqual(document[name], value));
}

/**
 * Parses a whole document, as the SDK or a query with `SELECT *` returned it.
 * @throws {ConnectionLost} if it is none
 */
export function stored(resource: unknown): StoredDocument {
  const parsed = storedDocument.safeParse(resource);
  if (!parsed.success) throw new ConnectionLost('the response holds no document');
  return parsed.data;
}

function kindOf(error: unknown): FailureKind | null {
  const failure = cosmosFailure(error);
  return failure instanceof CosmosFailure ? failure.kind : null;
}
