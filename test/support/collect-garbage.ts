import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose_gc');

/** Collects all garbage of the process at once. */
export const collectGarbage: () => void = runInNewContext('gc');
