import { parse, validate } from 'graphql';
import { z } from 'zod';
import { schema } from '../../graphql/schema.ts';
import { mistakeList } from '../../model/mistake-list.ts';

/** The documents that are executed, by their ids. */
export type Manifest = ReadonlyMap<string, string>;

const manifest = z.record(z.string(), z.string());

/**
 * Parses the manifest that the client preset of GraphQL Code Generator writes with `persistedDocuments`: one JSON object
 * of documents by their ids.
 * @throws {Error} with a message for the operator, if it is no manifest or documents do not fit the schema, which it names
 */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('the file is not valid JSON');
  }
  const { data } = manifest.safeParse(json);
  if (data === undefined) throw new Error('the file must be a JSON object of documents by their ids');
  const documents = new Map(Object.entries(data));
  if (documents.size === 0) throw new Error('the file has no document');
  const mistakes = [...documents].flatMap(([id, document]) => {
    const fault = faultOf(document);
    return fault === null ? [] : [`the document ${JSON.stringify(id)} cannot be executed: ${fault}`];
  });
  if (mistakes.length > 0) throw new Error(mistakeList(mistakes));
  return documents;
}

function faultOf(document: string): string | null {
  try {
    return validate(schema, parse(document))[0]?.message ?? null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
