/* What `npm test` proves on the embedded store alone (`USUAL_STORES`), on every store. */
import './learning/consolidation.test.ts';
import './learning/prompt-trials.test.ts';
import './learning/style-choice.test.ts';
import './rules/automatic-top-ups.test.ts';
import './rules/background-top-ups.test.ts';
import './rules/failed-words.test.ts';
import './words/memory.test.ts';
