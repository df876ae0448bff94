import { CLIENTS } from '../attacks/clients.ts';
import { DOCUMENTS } from '../attacks/documents.ts';
import { measure } from '../attacks/measure.ts';
import { MODEL_ANSWERS } from '../attacks/model-answers.ts';
import { VALUES } from '../attacks/values.ts';
import type { Report } from '../table.ts';

export const name = 'attacks';

/** Measures what attacks do to the other clients of a server. */
export async function run(): Promise<Report> {
  const rows = [];
  for (const attack of [...DOCUMENTS, ...VALUES, ...MODEL_ANSWERS, ...CLIENTS]) {
    const { longestMs, memory, outcome } = await measure(attack);
    rows.push([
      attack.name,
      Math.round(longestMs),
      memory?.highest ?? '-',
      memory ? memory.highest - memory.before : '-',
      outcome,
    ]);
  }
  return {
    title: 'Attacks, each on a server of its own',
    columns: ['attack', 'a probe waited, ms', 'memory at its highest, MB', 'above the start, MB', 'outcome'],
    rows,
    notes: [
      'A process beside the server asks for `{ __typename }` every 20 ms; the longest that it had to wait for an answer. Resident memory as the system counts it.',
      'Goal on an idle machine: 250 ms, and for a single request less than 64 MB above the start.',
    ],
  };
}
