import { z } from 'zod';
import { type ImportResult, MAX_REPORTED } from '../words/import/apply-import.ts';
import type { RejectedEntry } from '../words/import/imported-word.ts';
import type { WordTable } from '../words/import/read-table.ts';
import { builder } from './builder.ts';
import { callsPerOperation } from './calls-per-operation.ts';
import { mutate } from './context.ts';
import { listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';
import { type OfProfile, profileOf } from './profile-of.ts';

/** The longest text of an import, in bytes of UTF-8. */
const MAX_TEXT_BYTES = 1_000_000;
/** The most names of columns, and the longest one in characters. */
const MAX_COLUMNS = 1_000;
const MAX_COLUMN_NAME = 200;
/** Each call may read a megabyte and add 20,000 words. */
const IMPORTS_PER_OPERATION = 3;

const importText = z.string().refine((text) => Buffer.byteLength(text) <= MAX_TEXT_BYTES, {
  error: `must have at most ${MAX_TEXT_BYTES} bytes; import the rest by another call`,
});
const columnNames = z
  .array(z.string().max(MAX_COLUMN_NAME, `must have at most ${MAX_COLUMN_NAME} characters`))
  .max(MAX_COLUMNS, `must have at most ${MAX_COLUMNS} entries`);

const WordFormatRef = builder.enumType('WordFormat', {
  description: 'The format of a text with one word on each line.',
  values: {
    CSV: {
      description: 'Cells are separated by commas, or by the semicolons, tabs or "|" of the first line.',
    },
    TSV: { description: 'Cells are separated by tabs.' },
  } satisfies Record<WordTable['format'], object>,
});

const ImportWordsInput = builder.inputType('ImportWordsInput', {
  description: 'Words to import, as a table with one word in each row.',
  fields: (t) => ({
    text: t
      .string({
        required: true,
        description:
          'The content of a CSV or TSV file: at most 1,000,000 bytes in UTF-8 and 20,000 lines. A first line that names the columns is recognised, and so are the lines with "#" at the beginning of a text export of Anki, and a line such as `sep=;`, which names the separator. The names are those of this API, of Lute and of LinguaCafe: `text`, `word`, `term`, `front`, …; `translation`, `meaning`, `definition`, `back`, …; `state`, `status`, `stage` or `level`; `created_at`. A `level` that is no state in words, such as `3` or `A1`, is passed over. The memory of a word, as an export has it, is in the columns `stability`, `difficulty`, `due`, `reviews`, `lapses` and `last_reviewed_at`, all of them together. Other columns are passed over. Without names, the first column is the text and the second one the translation, as in a text export of Anki that names its separator.',
      })
      .validate(importText),
    format: t.field({ type: WordFormatRef, required: true, description: 'The format of the text.' }),
    columns: t
      .stringList({
        description:
          'The names of the columns if the text has no line that names them. They are those that are described for `text`, and one of them must be that of the word. Columns with other names are passed over. The first line is a word then.',
      })
      .validate(columnNames.nullish()),
    dryRun: t.boolean({
      description: 'Whether to report the result without adding anything. The default is false.',
    }),
    partial: t.boolean({
      description:
        'Whether to add the other words if some lines are rejected. By default, nothing is added then.',
    }),
  }),
});

const RejectedLineRef = builder.objectRef<RejectedEntry>('RejectedLine').implement({
  description: 'A line of an import that was not taken.',
  fields: (t) => ({
    line: t.exposeInt('entry', { description: 'The number of the line, counted from 1.' }),
    reason: t.exposeString('reason', {
      description: 'Why the line was not taken, as a sentence that says what to change.',
    }),
  }),
});

const ImportWordsPayload = builder.objectRef<OfProfile<ImportResult>>('ImportWordsPayload').implement({
  description:
    'The result of importWords. If a line was rejected and the import is not `partial`, `added` and `existing` are 0. A word that is in the text several times counts once; `repeated` counts the other lines.',
  fields: (t) => ({
    added: t.exposeInt('added', {
      description: 'How many words were added to the profile. With `dryRun`, how many would be.',
    }),
    existing: t.exposeInt('existing', {
      description:
        'How many words of the text the profile already had. They are matched by text, ignoring case and Unicode form, and are not changed.',
    }),
    repeated: t.exposeInt('repeated', {
      description:
        'How many lines were left out because an earlier line has the same word, ignoring case and Unicode form. The translation, the state and the memory of the earlier line count. Counted also if nothing was added.',
    }),
    rejected: t.field({
      type: [RejectedLineRef],
      description: `The lines that were not taken, in their order; the first ${MAX_REPORTED} of them.`,
      resolve: ({ rejected }) => rejected,
    }),
    rejectedTotal: t.exposeInt('rejectedTotal', { description: 'How many lines were not taken.' }),
    profile: t.field({
      type: ProfileRef,
      description: 'The profile, as it is after the mutation.',
      resolve: (result, _, context) => profileOf(result, context),
    }),
  }),
});

builder.mutationField('importWords', (t) =>
  t.field({
    type: ImportWordsPayload,
    description:
      'Adds the words of a CSV or TSV text to a profile and reports each line that was not taken. If a line is rejected, nothing is added, unless the import is `partial`. Words that the profile has are left as they are. Every line is checked before the first word is added. If the store fails after that, some words may have been added; the same import adds the others. One operation can call this field at most three times.',
    extensions: {
      ...listSize(() => MAX_REPORTED, ['rejected']),
      ...callsPerOperation(IMPORTS_PER_OPERATION),
    },
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      input: t.arg({ type: ImportWordsInput, required: true, description: 'The words to import.' }),
    },
    resolve: async (_, { profileId, input: { text, format, columns, dryRun, partial } }, context) => {
      const imported = await mutate(context, () =>
        context.imports.importTable(
          profileId,
          { text, format, columns: columns ?? null },
          { dryRun: dryRun ?? false, partial: partial ?? false },
        ),
      );
      return { ...imported, profileId };
    },
  }),
);
