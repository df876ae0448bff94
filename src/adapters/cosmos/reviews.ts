import type { ReviewStore } from '../../ports/reviews.ts';
import type { Tools } from './client/containers.ts';
import { documentsByIds, readByKeys, readEach } from './documents/keyed-reads.ts';
import { LEARNING_ID, parseLearning, parseVersion, versionId } from './documents/learning-document.ts';
import { removeWhere } from './documents/removal.ts';
import { editLearning } from './edit-learning.ts';
import { editWords } from './edit-words.ts';
import { requireProfile } from './profiles.ts';
import { latestReviews, storeReview } from './store-review.ts';
import { findWordDocuments } from './words.ts';

export function reviewMethods(tools: Tools): ReviewStore {
  const { learnings } = tools;
  return {
    storeReview: (key, wordIds, rules) => storeReview(tools, key, wordIds, rules),

    learnings: (profileIds) =>
      readEach(profileIds, async (id) => parseLearning(await learnings.read(id, LEARNING_ID))),

    async editLearning(profileId, change) {
      const [document] = await Promise.all([
        learnings.read(profileId, LEARNING_ID),
        requireProfile(tools, profileId),
      ]);
      return editLearning(tools, profileId, { document, kept: false }, change);
    },

    /** The present version is in the document of the learning. */
    learningVersions: (keys) =>
      readByKeys(
        keys,
        ({ version }) => versionId(version),
        async (profileId, ids) => {
          const found = await documentsByIds(learnings, profileId, [LEARNING_ID, ...ids], parseVersion);
          return new Map(found.map((version) => [versionId(version.version), version]));
        },
      ),

    deleteLearningVersions: (profileId, before) =>
      removeWhere(learnings, profileId, 'c.version < @before AND c.id != @present', {
        '@before': before,
        '@present': LEARNING_ID,
      }),

    async editWords(profileId, wordIds, change) {
      const documents = await findWordDocuments(tools, profileId, wordIds);
      await editWords(tools, profileId, [...documents.values()], change);
    },

    latestReviews: (profileId, limit) => latestReviews(tools, profileId, limit),
  };
}
