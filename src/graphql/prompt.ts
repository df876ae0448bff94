import type { PromptOverview } from '../learning/prompt-service.ts';
import type { ChampionCause, ChampionChange, PromptTrial } from '../model/prompt-state.ts';
import type { ArmRewards, Evidence, Verdict } from '../model/trial.ts';
import { builder } from './builder.ts';
import { mutate } from './context.ts';
import { promptVersion } from './input.ts';
import { listSize } from './list-size.ts';

/** The most trials, and the most changes of the champion, that are shown. */
const SHOWN = 50;

const VerdictRef = builder.enumType('TrialVerdict', {
  description: 'How a trial of a version of the prompt stands.',
  values: {
    RUNNING: { value: 'running', description: 'It is not decided yet.' },
    PROMOTED: { value: 'promoted', description: 'The challenger proved better and became the champion.' },
    DROPPED: {
      value: 'dropped',
      description:
        'The challenger proved worse, or had not proved better after 2,000 reviewed dialogs of its own. It is used no more.',
    },
    CANCELLED: {
      value: 'cancelled',
      description: 'rollBackPrompt ended the trial before it was decided. The challenger is used no more.',
    },
  } as const satisfies Record<Uppercase<Verdict>, { value: Verdict; description: string }>,
});

const ChampionCauseRef = builder.enumType('ChampionCause', {
  description: 'What made a version of the prompt the champion.',
  values: {
    FIRST: { value: 'first', description: 'It is the version that the server began with.' },
    PROMOTION: { value: 'promotion', description: 'Its trial proved it better than the champion before.' },
    ROLLBACK: { value: 'rollback', description: 'rollBackPrompt was called with it.' },
  } as const satisfies Record<Uppercase<ChampionCause>, { value: ChampionCause; description: string }>,
});

const ArmRewardsRef = builder.objectRef<ArmRewards>('ArmRewards').implement({
  description:
    'The rewards of the dialogs of one version in a trial. The reward of a reviewed dialog, 0 to 1, is a mean of its rating (weight 0.7), its grades (0.15) and its self-check (0.15).',
  fields: (t) => ({
    dialogs: t.exposeInt('count', {
      description: 'How many reviewed dialogs the version wrote in the trial.',
    }),
    mean: t.float({
      nullable: true,
      description: 'The mean reward, 0 to 1. Null if there are no dialogs.',
      resolve: ({ count, mean }) => (count === 0 ? null : mean),
    }),
  }),
});

const EvidenceRef = builder.objectRef<Evidence>('TrialEvidence').implement({
  description: 'What the rewards of a trial say of the two versions.',
  fields: (t) => ({
    difference: t.exposeFloat('difference', {
      description: "The challenger's mean reward minus the champion's, -1 to 1.",
    }),
    error: t.exposeFloat('error', { description: 'The standard error of the difference.' }),
    better: t.exposeFloat('better', {
      description:
        'The likelihood ratio of a better challenger to an equal one. Once each version has 100 reviewed dialogs, the challenger is promoted at 50. Of challengers that are not better, at most 2 % reach it, however often one looks.',
    }),
    worse: t.exposeFloat('worse', {
      description:
        'The same for a worse challenger. Once each version has 100 reviewed dialogs, the challenger is dropped at 20.',
    }),
  }),
});

const PromptTrialRef = builder.objectRef<PromptTrial>('PromptTrial').implement({
  description:
    'The trial of one version of the prompt, over all profiles. While it runs, the challenger writes 20 % of the new dialogs, drawn by chance.',
  fields: (t) => ({
    challenger: t.exposeString('challengerVersion', {
      description: 'The version that was tried, as `Dialog.generator` names it.',
    }),
    champion: t.exposeString('championVersion', {
      description: 'The version in use, which it was compared with.',
    }),
    verdict: t.expose('verdict', { type: VerdictRef, description: 'How the trial stands.' }),
    challengerRewards: t.field({
      type: ArmRewardsRef,
      description:
        "The rewards of the challenger's dialogs, as last summed. They are summed every 5 minutes, or more rarely if there are many profiles.",
      resolve: ({ challenger }) => challenger,
    }),
    championRewards: t.field({
      type: ArmRewardsRef,
      description: "The rewards of the champion's dialogs in the trial, as last summed.",
      resolve: ({ champion }) => champion,
    }),
    evidence: t.expose('evidence', {
      type: EvidenceRef,
      description: 'What these rewards say. For a trial that has ended: what it was decided by.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When the trial began.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the trial was decided or cancelled. Null while it runs.',
    }),
  }),
});

const ChampionChangeRef = builder.objectRef<ChampionChange>('ChampionChange').implement({
  description: 'An entry in the history of the champions.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The number of the entry, counted from 1.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When the version became the champion.' }),
    cause: t.expose('cause', { type: ChampionCauseRef, description: 'What made it the champion.' }),
    champion: t.exposeString('champion', {
      description: 'The version in use from then on, as `Dialog.generator` names it.',
    }),
  }),
});

const PromptsRef = builder.objectRef<PromptOverview>('Prompts').implement({
  description:
    "The versions of the prompt that the server's model writes dialogs with. A new version is tried against the one in use, and replaces it if its dialogs prove better.",
  fields: (t) => ({
    champion: t.exposeString('champion', {
      description: 'The version in use, as `Dialog.generator` names it.',
    }),
    challenger: t.exposeString('challenger', {
      nullable: true,
      description: 'The version that is being tried. Null if none is.',
    }),
    trials: t.field({
      type: [PromptTrialRef],
      description: `The last trials, newest first, at most ${SHOWN}. Empty if the server has no model.`,
      extensions: listSize(() => SHOWN),
      resolve: ({ trials }) => trials.slice(-SHOWN).reverse(),
    }),
    champions: t.field({
      type: [ChampionChangeRef],
      description: `The last changes of the champion, newest first, at most ${SHOWN}. Empty if the server has no model.`,
      extensions: listSize(() => SHOWN),
      resolve: ({ champions }) => champions.slice(-SHOWN).reverse(),
    }),
  }),
});

builder.queryField('prompts', (t) =>
  t.field({
    type: PromptsRef,
    description:
      'Which version of the prompt writes dialogs, and how versions were tried. Only services and readers may see it; for learners the error is FORBIDDEN.',
    resolve: (_, __, { prompts }) => prompts.prompts(),
  }),
);

builder.mutationField('rollBackPrompt', (t) =>
  t.field({
    type: PromptsRef,
    description:
      'Takes the prompt back to a version that was the champion before. A running trial is cancelled. So that a bad challenger is used no more, call it with the present champion. It is a new entry of `Prompts.champions`, so it can be taken back too. If nothing would change, nothing is recorded. Versions that were tried or in use are not tried again. Other processes follow within 30 seconds. Only services may call it; for others the error is FORBIDDEN.',
    args: {
      version: t.arg.string({
        required: true,
        description: 'The version to go back to: one of `Prompts.champions` that this server can write with.',
        validate: promptVersion,
      }),
    },
    resolve: (_, { version }, context) => mutate(context, () => context.prompts.rollBackPrompt(version)),
  }),
);
