import { builder } from './builder.ts';
import './profile.ts';
import './pool.ts';
import './dialog.ts';
import './word.ts';
import './ensure-dialogs.ts';
import './voice-dialogs.ts';

/** The executable schema. `schema.graphql` is printed from it. */
export const schema = builder.toSchema();
