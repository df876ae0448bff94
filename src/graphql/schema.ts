import { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './profile.ts';
import './pool.ts';
import './dialog.ts';
import './word.ts';
import './import-words.ts';
import './memory.ts';
import './learning.ts';
import './review.ts';
import './prompt.ts';
import './top-up.ts';
import './ensure-dialogs.ts';
import './subscription.ts';

/** The executable schema. `npm run schema` prints it to `schema.graphql`. */
export const schema = new GraphQLSchema({
  ...builder.toSchema().toConfig(),
  description:
    'Pools of ready-made practice dialogs for language learners. A profile is a course of one learner: it has words to learn and a pool of dialogs that use them. `ensureDialogs` or `startTopUp` creates the dialogs that are missing, `claimDialogs` takes dialogs out of the pool, and `reviewDialog` reports how the practice went, which decides what comes next.',
});
