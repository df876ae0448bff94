import { builder } from './builder.ts';
import './profile.ts';
import './pool.ts';
import './dialog.ts';
import './word.ts';
import './import-words.ts';
import './memory.ts';
import './learning.ts';
import './review.ts';
import './top-up.ts';
import './ensure-dialogs.ts';
import './subscription.ts';

/** The executable schema. `npm run schema` prints it to `schema.graphql`. */
export const schema = builder.toSchema();
