import { nextTurn } from '../concurrency/fair-turns.ts';
import { beliefsOf } from '../learning/styles.ts';
import { nothingLearned } from '../learning/update-learning.ts';
import { SHOWN_VERSIONS } from '../learning/versions.ts';
import type { Correction } from '../model/correction.ts';
import { type Learning, type LearningVersion, meanLoss } from '../model/learning.ts';
import type { StyleBelief } from '../model/style-beliefs.ts';
import { builder } from './builder.ts';
import { type Context, mutate } from './context.ts';
import { listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';
import { profileOf } from './profile-of.ts';

const CorrectionRef = builder.objectRef<Correction>('Correction').implement({
  description:
    'How this learner differs from what FSRS predicts: log-odds of recall = offset + slope × log-odds that FSRS predicts. An offset of 0 and a slope of 1 change nothing.',
  fields: (t) => ({
    offset: t.exposeFloat('offset', {
      description: 'Positive if the learner recalls more than FSRS predicts, negative if less; -8 to 8.',
    }),
    slope: t.exposeFloat('slope', {
      description:
        'Greater than 1 if the recall of the learner depends on the memory more than FSRS predicts; 0.1 to 4.',
    }),
  }),
});

/** How many styles are shown. */
const SHOWN_STYLES = 50;

const StyleBeliefRef = builder.objectRef<StyleBelief>('StyleBelief').implement({
  description:
    'What is believed of one style of dialogs. The reward of a dialog is a mean of its rating (weight 0.7), its grades (0.15) and its self-check (0.15).',
  fields: (t) => ({
    style: t.exposeString('style', { description: 'The style, as in `Dialog.style`.' }),
    mean: t.exposeFloat('mean', {
      description: 'The expected reward of the next dialog in this style, 0 to 1.',
    }),
    deviation: t.exposeFloat('deviation', { description: 'The standard deviation of the belief.' }),
    dialogs: t.exposeInt('dialogs', {
      description: 'How many reviewed dialogs were written in this style.',
    }),
  }),
});

const LearningVersionRef = builder.objectRef<LearningVersion>('LearningVersion').implement({
  description: 'A version of what was learned. It can be restored with rollBackLearning.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'The number of the version, counted from 1.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was learned.' }),
    reviews: t.exposeInt('reviews', { description: 'How many results had counted by then.' }),
    cause: t.exposeString('cause', {
      description: 'What led to the version: "review", "consolidation" or "rollback".',
    }),
    logLoss: t.float({
      nullable: true,
      description:
        'The mean log loss, in nats, of all predictions by then. Null if there had been no prediction.',
      resolve: ({ losses }) => meanLoss(losses.logLoss, losses.predictions),
    }),
  }),
});

export const LearningRef = builder.objectRef<Learning>('Learning').implement({
  description:
    'What the reviews of a profile have taught about the learner. Every review changes it at once, and every change is a version.',
  fields: (t) => ({
    profile: t.field({
      type: ProfileRef,
      description: 'The profile of the learner.',
      resolve: (learning, _, context) => profileOf(learning, context),
    }),
    reviews: t.exposeInt('reviews', {
      description: 'How many results counted: at most one for each word on a UTC day.',
    }),
    version: t.exposeInt('version', {
      description: 'The number of the present version. 0 before the first review.',
    }),
    logLoss: t.float({
      nullable: true,
      description:
        'The mean log loss, in nats, of the predictions. Each was made before its result was known. The lower, the better. Null before the first prediction.',
      resolve: ({ losses }) => meanLoss(losses.logLoss, losses.predictions),
    }),
    defaultLogLoss: t.float({
      nullable: true,
      description:
        "The mean log loss of the predictions of FSRS's default parameters for the same results. Null before the first prediction.",
      resolve: ({ losses }) => meanLoss(losses.defaultLogLoss, losses.predictions),
    }),
    correction: t.field({
      type: CorrectionRef,
      description: 'How the learner differs from what FSRS predicts.',
      resolve: ({ correction }) => correction,
    }),
    styles: t.field({
      type: [StyleBeliefRef],
      description: `What is believed of the styles in which reviewed dialogs were written, best first, at most ${SHOWN_STYLES}. New dialogs are mostly written in the better ones. Empty before the first review of a dialog with a style.`,
      extensions: listSize(() => SHOWN_STYLES),
      resolve: async ({ styles }, _, context) => {
        if (styles === null) return [];
        await nextTurn(context);
        return beliefsOf(styles).slice(0, SHOWN_STYLES);
      },
    }),
    versions: t.field({
      type: [LearningVersionRef],
      description: `The last versions, newest first, at most ${SHOWN_VERSIONS}. The first is the present one. Empty before the first review.`,
      extensions: listSize(() => SHOWN_VERSIONS),
      resolve: (learning, _, context) => versionsOf(learning, context),
    }),
  }),
});

async function versionsOf(learning: Learning, { loaders }: Context): Promise<LearningVersion[]> {
  const { profileId, version: present } = learning;
  if (present === 0) return [];
  const earlier = Array.from({ length: Math.min(present, SHOWN_VERSIONS) - 1 }, (_, i) => present - 1 - i);
  const found = await Promise.all(
    earlier.map((version) => loaders.learningVersions.load({ profileId, version })),
  );
  return [learning, ...found.filter((version) => version !== null)];
}

builder.objectField(ProfileRef, 'learning', (t) =>
  t.field({
    type: LearningRef,
    description: 'What reviews have taught about the learner.',
    resolve: async ({ id }, _, { loaders }) => (await loaders.learnings.load(id)) ?? nothingLearned(id),
  }),
);

builder.mutationField('rollBackLearning', (t) =>
  t.field({
    type: LearningRef,
    description:
      'Takes what was learned about the learner back to an earlier version. That is a new version itself, so it can be taken back too. The memories of words and the reviews of dialogs stay as they are.',
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      version: t.arg.int({
        required: true,
        description: `The version to go back to: one of \`Learning.versions\` before the present one, or 0 to forget everything.`,
      }),
    },
    resolve: (_, { profileId, version }, context) =>
      mutate(context, () => context.learning.rollBackLearning(profileId, version)),
  }),
);
