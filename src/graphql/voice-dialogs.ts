import { builder } from './builder.ts';
import { mutate } from './context.ts';

const VoiceDialogsPayload = builder
  .objectRef<{ voiced: number; silent: number }>('VoiceDialogsPayload')
  .implement({
    description: 'What became of the silent turns.',
    fields: (t) => ({
      voiced: t.exposeInt('voiced', { description: 'Turns voiced by this call.' }),
      silent: t.exposeInt('silent', { description: 'Turns of unused dialogs that are still silent.' }),
    }),
  });

builder.mutationField('voiceDialogs', (t) =>
  t.field({
    type: VoiceDialogsPayload,
    description:
      "Voices what is still silent in the profile's unused dialogs, and waits for it. Dialogs without a reference voice stay silent, and so do all where no speech service is configured.",
    args: { profileId: t.arg.id({ required: true, description: 'The id of the profile.' }) },
    resolve: (_, { profileId }, context) => mutate(context, () => context.pool.voiceDialogs(profileId)),
  }),
);
