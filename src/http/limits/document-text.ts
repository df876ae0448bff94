import { GraphQLError, Lexer, parse, Source, TokenKind } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Most characters of a document. Comments and blanks are not tokens, but reading them takes time and memory. */
const MAX_CHARACTERS = 200_000;
/** Most lines. Finding the line of an error takes time in proportion to the lines before it. */
const MAX_LINES = 2_000;
/** Most tokens. They suffice for a few hundred words in a document. Longer lists belong in variables. */
const MAX_TOKENS = 5_000;
/** Most brackets that are open at once. The parser and validation recurse for each of them. */
const MAX_OPEN_BRACKETS = 100;

const OPENING = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Refuses documents that are too long or nest too deeply, before they are parsed. */
export function useDocumentTextLimit(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((text, options) => {
        const source = typeof text === 'string' ? new Source(text) : text;
        checkText(source);
        return parse(source, options);
      });
    },
  };
}

/** @throws {GraphQLError} if the text is too long, nests too deeply or has an invalid token */
function checkText(source: Source): void {
  const { length } = source.body;
  if (length > MAX_CHARACTERS)
    throw refusal(`Character limit of ${MAX_CHARACTERS} exceeded, found ${length}.`);
  const lexer = new Lexer(source);
  let open = 0;
  for (let tokens = 0; tokens <= MAX_TOKENS; tokens += 1) {
    const { kind, line } = lexer.advance();
    if (line > MAX_LINES) throw refusal(`Line limit of ${MAX_LINES} exceeded.`);
    if (kind === TokenKind.EOF) return;
    if (OPENING.has(kind)) open += 1;
    else if (CLOSING.has(kind)) open -= 1;
    if (open > MAX_OPEN_BRACKETS) throw refusal(`Bracket depth limit of ${MAX_OPEN_BRACKETS} exceeded.`);
  }
  throw refusal(`Token limit of ${MAX_TOKENS} exceeded.`);
}

function refusal(fault: string): GraphQLError {
  return new GraphQLError(`${fault} Put long lists and texts into variables.`);
}
