/** What the lines with `#` say that Anki writes before the rows of a text export. */
export interface AnkiHeader {
  /** How many lines there are. */
  readonly lines: number;
  /** The rest of the text. */
  readonly rows: string;
  /** The character between cells; null if it is not stated. */
  readonly separator: string | null;
  /** Whether the cells are HTML. */
  readonly isHtml: boolean;
  /** The names of the columns, as one row; null if they are not stated. */
  readonly columns: string | null;
  /** Places, from 0, of columns that hold no field of the note, such as its deck. */
  readonly passedOver: ReadonlySet<number>;
}

const SEPARATORS: ReadonlyMap<string, string> = new Map([
  ['comma', ','],
  ['semicolon', ';'],
  ['tab', '\t'],
  ['space', ' '],
  ['pipe', '|'],
  ['colon', ':'],
]);

/** A line that Anki knows. Other lines with `#` are words. */
const LINE =
  /^#(separator|html|columns|tags|deck|notetype|if matches|(?:guid|notetype|deck|tags) column):(.*)$/i;

/** Reads the header lines at the beginning of a text whose lines end with `\n`. A text without any has 0 lines. */
export function readAnkiHeader(text: string): AnkiHeader {
  const settings = new Map<string, string>();
  const passedOver = new Set<number>();
  let lines = 0;
  let begin = 0;
  while (text[begin] === '#') {
    const newline = text.indexOf('\n', begin);
    const end = newline < 0 ? text.length : newline;
    const [, name, value] = LINE.exec(text.slice(begin, end)) ?? [];
    if (name === undefined || value === undefined) break;
    const key = name.toLowerCase();
    settings.set(key, value);
    if (key.endsWith(' column') && /^\s*\d{1,4}\s*$/.test(value)) passedOver.add(Number(value) - 1);
    lines += 1;
    begin = newline < 0 ? end : end + 1;
  }
  return {
    lines,
    rows: text.slice(begin),
    separator: separatorOf(settings.get('separator')),
    isHtml: settings.get('html')?.trim().toLowerCase() === 'true',
    columns: settings.get('columns') ?? null,
    passedOver,
  };
}

/** The separator by its name, or itself. */
function separatorOf(value: string | undefined): string | null {
  if (value === undefined) return null;
  const named = SEPARATORS.get(value.trim().toLowerCase());
  if (named !== undefined) return named;
  return value.length === 1 && !/["\n]/.test(value) ? value : null;
}
