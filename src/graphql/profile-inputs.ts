import { DEFAULT_MIN_DIALOGS } from '../model/profile.ts';
import { builder } from './builder.ts';
import {
  languageTag,
  maxCallsPerDay,
  minDialogs,
  ownerId,
  profileId,
  profileName,
  refVoiceId,
} from './input.ts';
import { CefrLevelRef, WordOrderRef, WordProgressRef } from './profile-enums.ts';

export const CreateProfileInput = builder.inputType('CreateProfileInput', {
  description: 'The fields of a new profile.',
  fields: (t) => ({
    id: t
      .id({
        description:
          'An id of your choice: 1 to 128 letters, digits, `_`, `-` and `.`, but not `.` or `..`. If it is left out, the server makes one.',
      })
      .validate(profileId.nullish()),
    ownerId: t
      .string({
        description:
          'The subject of the learner that the profile is for, 1 to 255 characters. Only services may set it. If it is left out, a profile that a learner creates belongs to this learner, and others belong to no learner.',
      })
      .validate(ownerId.nullish()),
    name: t
      .string({ required: true, description: 'A name to show to people, 1 to 200 characters.' })
      .validate(profileName),
    nativeLanguage: t
      .string({
        required: true,
        description: 'The BCP 47 tag of the language that the learner knows, 2 to 35 characters.',
      })
      .validate(languageTag),
    targetLanguage: t
      .string({
        required: true,
        description: 'The BCP 47 tag of the language that is being learned, 2 to 35 characters.',
      })
      .validate(languageTag),
    level: t.field({
      type: CefrLevelRef,
      description: "The learner's level, which dialogs are written for.",
    }),
    refVoiceId: t
      .string({
        description: 'The reference voice in which the speech service records dialogs, 1 to 200 characters.',
      })
      .validate(refVoiceId.nullish()),
    minDialogs: t
      .int({
        description: `The number of unused dialogs that the pool should have, 0 to 500. The default is ${DEFAULT_MIN_DIALOGS}.`,
      })
      .validate(minDialogs.nullish()),
    autoTopUp: t.boolean({
      description:
        'Whether the server tops up the pool by itself, after claims and at regular intervals. The default is false.',
    }),
    maxCallsPerDay: t
      .int({
        description:
          'The most paid calls of the generator for this profile on one UTC day, 0 to 1000000. Only services may set it. The default is no limit.',
      })
      .validate(maxCallsPerDay.nullish()),
    wordOrder: t.field({
      type: WordOrderRef,
      description: 'In which order words get dialogs. The default is RANDOM.',
    }),
    wordProgress: t.field({
      type: WordProgressRef,
      description: 'Whether reviews change the states of words. The default is MANUAL.',
    }),
  }),
});

export const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  description: 'The changes to a profile. A field that is left out keeps its value.',
  fields: (t) => ({
    ownerId: t
      .string({
        description:
          'The subject of the learner that the profile is for, 1 to 255 characters. Only services may change it. Null removes the owner; only services and readers see the profile then.',
      })
      .validate(ownerId.nullish()),
    name: t
      .string({ description: 'A name to show to people, 1 to 200 characters. Null keeps the present one.' })
      .validate(profileName.nullish()),
    nativeLanguage: t
      .string({
        description:
          'The BCP 47 tag of the language that the learner knows, 2 to 35 characters. Null keeps the present one.',
      })
      .validate(languageTag.nullish()),
    targetLanguage: t
      .string({
        description:
          'The BCP 47 tag of the language that is being learned, 2 to 35 characters. Null keeps the present one.',
      })
      .validate(languageTag.nullish()),
    level: t.field({
      type: CefrLevelRef,
      description: "The learner's level, which dialogs are written for. Null removes it.",
    }),
    refVoiceId: t
      .string({
        description:
          'The reference voice in which the speech service records dialogs, 1 to 200 characters. Null removes it.',
      })
      .validate(refVoiceId.nullish()),
    minDialogs: t
      .int({
        description: `The number of unused dialogs that the pool should have, 0 to 500. Null sets it back to ${DEFAULT_MIN_DIALOGS}.`,
      })
      .validate(minDialogs.nullish()),
    autoTopUp: t.boolean({
      description:
        'Whether the server tops up the pool by itself, after claims and at regular intervals. Null sets it back to false.',
    }),
    maxCallsPerDay: t
      .int({
        description:
          'The most paid calls of the generator for this profile on one UTC day, 0 to 1000000. Only services may set it. Null removes the limit. It holds for the calls of running top-ups too, within a second.',
      })
      .validate(maxCallsPerDay.nullish()),
    wordOrder: t.field({
      type: WordOrderRef,
      description: 'In which order words get dialogs. Null sets it back to RANDOM.',
    }),
    wordProgress: t.field({
      type: WordProgressRef,
      description: 'Whether reviews change the states of words. Null sets it back to MANUAL.',
    }),
  }),
});
