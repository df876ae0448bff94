import { MAX_PROFILES } from '../access/change-rights.ts';
import { DEFAULT_MIN_DIALOGS, type Profile } from '../model/profile.ts';
import { builder } from './builder.ts';
import { byAge, connectionArgs, connectionOf, connectionSize } from './connection.ts';
import { mutate } from './context.ts';
import { ownerId } from './input.ts';
import { CefrLevelRef, WordOrderRef, WordProgressRef } from './profile-enums.ts';
import { CreateProfileInput, UpdateProfileInput } from './profile-inputs.ts';

/** What the template generator lists in its messages. */
const TEMPLATE_LANGUAGES =
  'English (en), Spanish (es), French (fr), German (de), Italian (it), Portuguese (pt), European Portuguese (pt-PT), Simplified Chinese (zh-Hans) and Japanese (ja)';

export const ProfileRef = builder.objectRef<Profile>('Profile').implement({
  description:
    "A learner's course: a language pair, a level and a reference voice, with the words to learn and a pool of practice dialogs.",
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the profile. It never changes.' }),
    ownerId: t.string({
      nullable: true,
      description:
        'The subject of the learner that owns the profile. Null if it belongs to no learner, and always null unless a service asks.',
      resolve: (profile, _, { shownOwner }) => shownOwner(profile),
    }),
    name: t.exposeString('name', { description: 'A name to show to people.' }),
    nativeLanguage: t.exposeString('nativeLanguage', {
      description: 'The BCP 47 tag of the language that the learner knows.',
    }),
    targetLanguage: t.exposeString('targetLanguage', {
      description: 'The BCP 47 tag of the language that is being learned.',
    }),
    level: t.expose('level', {
      type: CefrLevelRef,
      nullable: true,
      description: "The learner's level, which dialogs are written for. Null if it is not known.",
    }),
    refVoiceId: t.exposeString('refVoiceId', {
      nullable: true,
      description:
        'The reference voice in which the speech service records dialogs. Null if there is none; new dialogs then get no recordings.',
    }),
    minDialogs: t.exposeInt('minDialogs', {
      description: `The number of unused dialogs that the pool should have. ensureDialogs creates the missing ones. It is ${DEFAULT_MIN_DIALOGS} unless it was set.`,
    }),
    autoTopUp: t.exposeBoolean('autoTopUp', {
      description:
        'Whether the server tops up the pool by itself: in the background after a claim that leaves fewer than `minDialogs` unused dialogs, and at regular intervals. It is false unless it was set.',
    }),
    maxCallsPerDay: t.exposeInt('maxCallsPerDay', {
      nullable: true,
      description:
        'The most paid calls of the generator for this profile on one UTC day, over all server processes. Null if there is no limit, which is so unless one was set.',
    }),
    wordOrder: t.expose('wordOrder', {
      type: WordOrderRef,
      description: 'In which order words get dialogs. It is RANDOM unless it was set.',
    }),
    wordProgress: t.expose('wordProgress', {
      type: WordProgressRef,
      description: 'Whether reviews change the states of words. It is MANUAL unless it was set.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the profile was created.' }),
  }),
});

const profiles = connectionOf('Profile', ProfileRef, byAge('profile'));

builder.queryFields((t) => ({
  profile: t.field({
    type: ProfileRef,
    nullable: true,
    description: 'The profile with the given id. Null if there is none, or if the caller may not see it.',
    args: { id: t.arg.id({ required: true, description: 'The id of the profile.' }) },
    resolve: (_, { id }, { loaders }) => loaders.profiles.load(id),
  }),
  profiles: t.field({
    type: profiles.ref,
    description: 'All profiles that the caller may see, oldest first. A learner sees those that it owns.',
    extensions: connectionSize(),
    args: {
      ...connectionArgs(),
      ownerId: t.arg.string({
        description:
          'The subject of a learner, 1 to 255 characters. Only the profiles that it owns are listed. Only services may use it; the error is FORBIDDEN for others. If it is left out, profiles of all owners and without an owner are listed.',
        validate: ownerId.nullish(),
      }),
    },
    resolve: (_, { ownerId, ...args }, { store, loaders }) =>
      profiles.read(loaders, args, (page) => store.profilePage(page, ownerId ?? undefined)),
  }),
}));

builder.mutationFields((t) => ({
  createProfile: t.field({
    type: ProfileRef,
    description: `Creates a profile without words. If the id is taken, the error is PROFILE_ALREADY_EXISTS. A learner can have at most ${MAX_PROFILES} profiles; the error is FORBIDDEN if it has them already. A language model is asked for dialogs in any language. The built-in templates, which a server without a model uses, have ${TEMPLATE_LANGUAGES}: with another language, every word is skipped, and the log has a warning.`,
    args: {
      input: t.arg({
        type: CreateProfileInput,
        required: true,
        description: 'The fields of the new profile.',
      }),
    },
    resolve: (_, { input }, context) => mutate(context, () => context.profiles.createProfile(input)),
  }),
  updateProfile: t.field({
    type: ProfileRef,
    description:
      'Changes a profile and returns it with the changes. If there is none with the id, the error is PROFILE_NOT_FOUND.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the profile.' }),
      input: t.arg({ type: UpdateProfileInput, required: true, description: 'The changes.' }),
    },
    resolve: (_, { id, input }, context) => mutate(context, () => context.profiles.updateProfile(id, input)),
  }),
  deleteProfile: t.id({
    description:
      'Deletes a profile with its words and dialogs, and returns its id. If there is none with the id, the error is PROFILE_NOT_FOUND.',
    args: { id: t.arg.id({ required: true, description: 'The id of the profile.' }) },
    resolve: (_, { id }, context) =>
      mutate(context, async () => {
        await context.profiles.deleteProfile(id);
        return id;
      }),
  }),
}));
