import { z } from 'zod';
import type { DialogReview } from '../../model/dialog-review.ts';
import { DialogNotFound, ProfileNotFound } from '../../model/errors.ts';
import type { Word } from '../../model/word.ts';
import type { ReviewedDialog, ReviewRules, StoredReview } from '../../ports/reviews.ts';
import type { StoredDocument } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { parseDialog } from './documents/dialog-document.ts';
import { LEARNING_ID, replaceableLearning } from './documents/learning-document.ts';
import { parseProfile } from './documents/profile-document.ts';
import { reviewFields } from './documents/review-fields.ts';
import { parseWord } from './documents/word-document.ts';
import { editLearning, keepVersion } from './edit-learning.ts';
import { editWords } from './edit-words.ts';
import { findWordDocuments } from './words.ts';

/** How many earlier reviews are looked at, because a process may have died before it wrote all parts of them. */
const LOOKED_AT = 5;

/** Fields of an object, also those that other programs added. */
const looseObject = z.looseObject({}).catch({});

/**
 * Stores a review in three round trips: everything is read; the review is stored with its dialog; words and learning are
 * changed. Each part is changed by a conditional replacement, and knows which reviews it includes.
 *
 * If this process dies after the second round trip, or in the third, parts of the review are missing. So each review
 * also looks at the reviews that were stored last, reads the words of those that may be incomplete in the second round
 * trip, and writes what is missing in the third. A review is settled once it was seen that its words include it.
 */
export async function storeReview(
  tools: Tools,
  { profileId, dialogId }: { readonly profileId: string; readonly dialogId: string },
  wordIds: readonly string[],
  rules: ReviewRules,
): Promise<StoredReview> {
  const { profiles, dialogs, learnings } = tools;
  const [profileDocument, dialogDocument, wordDocuments, learningDocument, latest] = await Promise.all([
    profiles.read(profileId, profileId),
    dialogs.read(profileId, dialogId),
    findWordDocuments(tools, profileId, wordIds),
    learnings.read(profileId, LEARNING_ID),
    latestReviews(tools, profileId, LOOKED_AT),
  ]);
  const profile = parseProfile(profileDocument);
  if (profile === null || !rules.permits(profile)) throw new ProfileNotFound(profileId);
  const dialog = parseDialog(dialogDocument);
  if (dialog === null) throw new DialogNotFound(dialogId);
  const learning = replaceableLearning(learningDocument);

  /** The review is decided on what was read first, so its predictions are made without knowing its results. */
  const decided = isReviewed(dialog)
    ? null
    : rules.review({ profile, dialog, words: wordsOf(wordDocuments), learning });
  const incomplete = latest.filter((one) => one.id !== dialogId && rules.mayBeMissing(learning, one));
  const unread = [...incomplete, ...(isReviewed(dialog) ? [dialog] : [])]
    .flatMap(gradedIds)
    .filter((id) => !wordDocuments.has(id));
  const [stored, others] = await Promise.all([
    storeWithDialog(tools, profileId, dialogDocument, decided),
    findWordDocuments(tools, profileId, unread),
    decided === null ? null : keepVersion(tools, learning),
  ]);
  if (stored === null) throw new DialogNotFound(dialogId);
  const documents = new Map([...wordDocuments, ...others]);
  // Another caller may have reviewed the dialog meanwhile, and graded other words.
  const graded = gradedIds(stored.dialog);
  const late = await findWordDocuments(
    tools,
    profileId,
    graded.filter((id) => !documents.has(id)),
  );
  for (const [id, document] of late) documents.set(id, document);

  const withReview = (word: Word, one: ReviewedDialog) => {
    const isNew = stored.isNew && one.id === dialogId;
    return isNew ? rules.word(word, one, profile) : rules.completedWord(word, one, profile);
  };
  const reviewed = [...incomplete, stored.dialog];
  const read = wordsOf(documents);
  const isSettled = (one: ReviewedDialog) =>
    gradedIds(one).every((id) => {
      const word = read.get(id);
      return word === undefined || withReview(word, one) === null;
    });
  const toInclude = reviewed.map((one) => ({ dialog: one, isSettled: isSettled(one) }));
  const affected = [...new Set(reviewed.flatMap(gradedIds))].flatMap((id) => documents.get(id) ?? []);
  const [words, learned] = await Promise.all([
    editWords(tools, profileId, affected, (word) => withReviews(word, reviewed)),
    editLearning(tools, profileId, { document: learningDocument, kept: decided !== null }, (current) =>
      rules.learning(profileId, current, toInclude),
    ),
  ]);
  if (learned === null) throw new TypeError('the rules do not include a new review');
  const byId = new Map(words.map((word) => [word.id, word]));
  return { ...stored, words: graded.flatMap((id) => byId.get(id) ?? []), learning: learned };

  function withReviews(word: Word, included: readonly ReviewedDialog[]): Word | null {
    return included.reduce<Word | null>((changed, one) => withReview(changed ?? word, one) ?? changed, null);
  }
}

/** The dialogs whose reviews were stored last. `_ts` is when the service wrote a document last, by its own clock. */
export function latestReviews(
  { dialogs }: Tools,
  profileId: string,
  limit: number,
): Promise<ReviewedDialog[]> {
  const query = { select: '*', top: limit, where: 'IS_DEFINED(c.review)', orderBy: 'c._ts DESC' };
  return dialogs.queryProfile(profileId, query, (found) => {
    const dialog = parseDialog(found);
    return dialog !== null && isReviewed(dialog) ? dialog : null;
  });
}

/**
 * Stores a review with its dialog, unless the dialog has one.
 * @returns the dialog with the review that it has then; null if it was deleted
 */
async function storeWithDialog(
  { dialogs }: Tools,
  profileId: string,
  document: StoredDocument | null,
  review: DialogReview | null,
): Promise<Pick<StoredReview, 'dialog' | 'isNew'> | null> {
  for (let current = document; current !== null; current = await dialogs.read(profileId, current.id)) {
    const dialog = parseDialog(current);
    if (dialog === null) return null;
    if (isReviewed(dialog)) return { dialog, isNew: false };
    if (review === null) return null;
    const change = { review: { ...looseObject.parse(current.review), ...reviewFields(review) } };
    const result = await dialogs.replace(profileId, current, change);
    if (result === 'gone') return null;
    if (result !== 'changed') return { dialog: { ...dialog, review }, isNew: true };
  }
  return null;
}

function isReviewed(dialog: { readonly review: DialogReview | null }): dialog is ReviewedDialog {
  return dialog.review !== null;
}

function gradedIds({ review }: ReviewedDialog): string[] {
  return review.results.map(({ wordId }) => wordId);
}

function wordsOf(documents: ReadonlyMap<string, StoredDocument>): Map<string, Word> {
  return new Map(
    [...documents].flatMap(([id, document]) => {
      const word = parseWord(document);
      return word === null ? [] : [[id, word]];
    }),
  );
}
