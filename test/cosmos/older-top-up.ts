import { randomUUID } from 'node:crypto';
import type { Container, Database } from '@azure/cosmos';

/** The field of a word that is needed here. */
interface OlderWord {
  readonly id: string;
}

/**
 * Sends the requests of a top-up by the older service. It queried the dialogs of one word after the other, and created
 * a dialog for every teaching word that had none, however few were missing. No model is called here.
 */
export async function olderTopUp(database: Database, profileId: string, min: number): Promise<void> {
  const words = database.container('words');
  const dialogs = database.container('dialogs');
  const [unused = 0] = await find<number>(
    dialogs,
    profileId,
    'SELECT VALUE COUNT(1) FROM c WHERE c.profile_id = @profile AND c.is_used = false',
  );
  const needed = Math.max(0, min - unused);
  const inState = (state: string) =>
    find<OlderWord>(
      words,
      profileId,
      `SELECT * FROM c WHERE c.profile_id = @profile AND c.state = '${state}'`,
    );
  const made = await createWhereMissing(dialogs, profileId, await inState('teaching'));
  if (made < needed) {
    const pending = await inState('pending');
    await createWhereMissing(dialogs, profileId, pending.slice(0, needed - made));
  }
}

/** Reads words with their dialogs as the older service did, by one query per word. */
export async function olderWordPage(database: Database, profileId: string, first: number): Promise<void> {
  await database.container('profiles').item(profileId, profileId).read();
  const page = `SELECT TOP ${first} * FROM c WHERE c.profile_id = @profile ORDER BY c.created_at`;
  for (const word of await find<OlderWord>(database.container('words'), profileId, page))
    await unusedDialogs(database.container('dialogs'), profileId, word);
}

async function createWhereMissing(
  dialogs: Container,
  profileId: string,
  words: readonly OlderWord[],
): Promise<number> {
  let made = 0;
  for (const word of words) {
    if ((await unusedDialogs(dialogs, profileId, word)).length > 0) continue;
    await dialogs.items.create({ id: randomUUID(), profile_id: profileId, word_id: word.id, is_used: false });
    made += 1;
  }
  return made;
}

function unusedDialogs(dialogs: Container, profileId: string, word: OlderWord): Promise<OlderWord[]> {
  const query = `SELECT * FROM c WHERE c.profile_id = @profile AND c.word_id = @word AND c.is_used = false`;
  return find(dialogs, profileId, query, word.id);
}

async function find<Found>(
  container: Container,
  profileId: string,
  query: string,
  wordId = '',
): Promise<Found[]> {
  const parameters = [
    { name: '@profile', value: profileId },
    { name: '@word', value: wordId },
  ];
  const options = { partitionKey: profileId, maxItemCount: 1000 };
  return (await container.items.query<Found>({ query, parameters }, options).fetchAll()).resources;
}
