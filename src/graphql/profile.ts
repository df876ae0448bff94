import { type CEFR_LEVELS, DEFAULT_MIN_DIALOGS, type Profile } from '../model/profile.ts';
import { builder } from './builder.ts';
import { connectionArgs, connectionOf, connectionSize } from './connection.ts';
import { mutate } from './context.ts';
import { languageTag, minDialogs, profileId, profileName, refVoiceId } from './input.ts';

const CefrLevelRef = builder.enumType('CefrLevel', {
  description: 'The levels of the Common European Framework of Reference for Languages.',
  values: {
    A1: { description: 'Breakthrough.' },
    A2: { description: 'Waystage.' },
    B1: { description: 'Threshold.' },
    B2: { description: 'Vantage.' },
    C1: { description: 'Effective operational proficiency.' },
    C2: { description: 'Mastery.' },
  } satisfies Record<(typeof CEFR_LEVELS)[number], object>,
});

export const ProfileRef = builder.objectRef<Profile>('Profile').implement({
  description:
    "A learner's course: a language pair, a level and a voice, with its words and its pool of dialogs.",
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Chosen when the profile was created.' }),
    name: t.exposeString('name', { description: 'For people.' }),
    nativeLanguage: t.exposeString('nativeLanguage', {
      description: 'BCP 47 tag of the language the learner knows.',
    }),
    targetLanguage: t.exposeString('targetLanguage', {
      description: 'BCP 47 tag of the language being learned.',
    }),
    level: t.expose('level', {
      type: CefrLevelRef,
      nullable: true,
      description: 'How far the learner has come; dialogs are written for it.',
    }),
    refVoiceId: t.exposeString('refVoiceId', {
      nullable: true,
      description: 'Reference voice handed to the speech synthesiser.',
    }),
    minDialogs: t.exposeInt('minDialogs', {
      description: `Target of the pool where a caller names none. ${DEFAULT_MIN_DIALOGS} unless set.`,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the profile was created.' }),
  }),
});

const profiles = connectionOf('Profile', ProfileRef);

builder.queryFields((t) => ({
  profile: t.field({
    type: ProfileRef,
    nullable: true,
    description: 'One profile; null where there is none with this id.',
    args: { id: t.arg.id({ required: true, description: 'The id of the profile.' }) },
    resolve: (_, { id }, { loaders }) => loaders.profiles.load(id),
  }),
  profiles: t.field({
    type: profiles.ref,
    description: 'All profiles, oldest first.',
    extensions: connectionSize,
    args: connectionArgs(),
    resolve: (_, args, { store, loaders }) => profiles.read(loaders, args, (page) => store.profilePage(page)),
  }),
}));

const CreateProfileInput = builder.inputType('CreateProfileInput', {
  description: 'A new profile.',
  fields: (t) => ({
    id: t
      .id({
        description:
          'Chosen by the caller, or made up where left out. 1 to 128 of letters, digits, `_`, `-` and `.`.',
      })
      .validate(profileId.nullish()),
    name: t.string({ required: true, description: '1 to 200 characters.' }).validate(profileName),
    nativeLanguage: t
      .string({
        required: true,
        description: 'BCP 47 tag of the language the learner knows, 2 to 35 characters.',
      })
      .validate(languageTag),
    targetLanguage: t
      .string({
        required: true,
        description: 'BCP 47 tag of the language being learned, 2 to 35 characters.',
      })
      .validate(languageTag),
    level: t.field({ type: CefrLevelRef, description: 'How far the learner has come.' }),
    refVoiceId: t
      .string({ description: 'Reference voice for speech, 1 to 200 characters.' })
      .validate(refVoiceId.nullish()),
    minDialogs: t
      .int({ description: `Target of the pool, 0 to 500; ${DEFAULT_MIN_DIALOGS} where left out.` })
      .validate(minDialogs.nullish()),
  }),
});

const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  description: 'What to change of a profile. A field left out stays as it is.',
  fields: (t) => ({
    name: t
      .string({ description: '1 to 200 characters. Null stands for leaving it out.' })
      .validate(profileName.nullish()),
    nativeLanguage: t
      .string({ description: 'BCP 47 tag, 2 to 35 characters. Null stands for leaving it out.' })
      .validate(languageTag.nullish()),
    targetLanguage: t
      .string({ description: 'BCP 47 tag, 2 to 35 characters. Null stands for leaving it out.' })
      .validate(languageTag.nullish()),
    level: t.field({ type: CefrLevelRef, description: 'Null takes the level away.' }),
    refVoiceId: t
      .string({ description: '1 to 200 characters. Null takes the voice away.' })
      .validate(refVoiceId.nullish()),
    minDialogs: t
      .int({ description: `0 to 500. Null sets it back to ${DEFAULT_MIN_DIALOGS}.` })
      .validate(minDialogs.nullish()),
  }),
});

builder.mutationFields((t) => ({
  createProfile: t.field({
    type: ProfileRef,
    description: 'Creates a profile without words. PROFILE_ALREADY_EXISTS where the id is taken.',
    args: { input: t.arg({ type: CreateProfileInput, required: true, description: 'The new profile.' }) },
    resolve: (_, { input }, context) => mutate(context, () => context.profiles.createProfile(input)),
  }),
  updateProfile: t.field({
    type: ProfileRef,
    description: 'Changes a profile and returns it as it then is. PROFILE_NOT_FOUND where there is none.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the profile.' }),
      input: t.arg({ type: UpdateProfileInput, required: true, description: 'The change.' }),
    },
    resolve: (_, { id, input }, context) => mutate(context, () => context.profiles.updateProfile(id, input)),
  }),
  deleteProfile: t.id({
    description: 'Deletes the profile with its words and dialogs, and returns its id.',
    args: { id: t.arg.id({ required: true, description: 'The id of the profile.' }) },
    resolve: (_, { id }, context) =>
      mutate(context, async () => {
        await context.profiles.deleteProfile(id);
        return id;
      }),
  }),
}));
