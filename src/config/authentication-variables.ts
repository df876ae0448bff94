import { z } from 'zod';
import { isThisMachine } from '../model/this-machine.ts';

/** Who may call. Both parts are null if everyone may. */
export interface AuthenticationConfig {
  readonly jwt: {
    /** The URL of the issuer's key set, or a public key in PEM format or the path of one. */
    readonly key: { readonly jwksUrl: string } | { readonly publicKey: string };
    readonly issuer: string;
    readonly audience: string;
    readonly rolesClaim: string;
  } | null;
  /** The path of the file of keys. */
  readonly keysFile: string | null;
}

/** What `AUTH` may be. */
const METHODS = ['none', 'jwt', 'keys', 'jwt,keys'];

export const authenticationVariables = {
  AUTH: z
    .string()
    .transform((list) => [...new Set(list.split(',').map((way) => way.trim()))].sort().join(','))
    .refine((list) => METHODS.includes(list), 'must be none, jwt, keys, or both: jwt,keys')
    .optional(),
  AUTH_JWKS_URL: z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .refine((url) => url.startsWith('https:') || isThisMachine(new URL(url).hostname), {
      error: 'must be an https URL, because those who can change the keys on their way can make tokens',
      when: ({ issues }) => issues.length === 0,
    })
    .optional(),
  AUTH_PUBLIC_KEY: z.string().optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  AUTH_ROLES_CLAIM: z.string().optional(),
  AUTH_KEYS_FILE: z.string().optional(),
};

const TOKEN_VARIABLES = [
  'AUTH_JWKS_URL',
  'AUTH_PUBLIC_KEY',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'AUTH_ROLES_CLAIM',
] as const;
const NEEDED_FOR_TOKENS = ['AUTH_ISSUER', 'AUTH_AUDIENCE'] as const;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Mistakes in how the variables go together.
 * @param set the variables that are set, before they are parsed
 * @param isPrivate whether only this machine can reach the server
 */
export function authenticationMistakes(set: Variables, isPrivate: boolean): string[] {
  const ways = set.AUTH?.split(',').map((way) => way.trim()) ?? [];
  const hasTokens = ways.includes('jwt');
  const hasKeys = ways.includes('keys');
  const mistakes: string[] = [];
  const unused = [
    ...(hasTokens ? [] : TOKEN_VARIABLES.filter((name) => name in set)),
    ...(hasKeys || !('AUTH_KEYS_FILE' in set) ? [] : ['AUTH_KEYS_FILE']),
  ];
  for (const name of unused) {
    mistakes.push(`${name} is set, but AUTH does not name ${name === 'AUTH_KEYS_FILE' ? 'keys' : 'jwt'}`);
  }
  if (hasTokens) {
    for (const name of NEEDED_FOR_TOKENS) {
      if (!(name in set)) mistakes.push(`${name} is missing, but AUTH names jwt`);
    }
    const sources = ['AUTH_JWKS_URL', 'AUTH_PUBLIC_KEY'].filter((name) => name in set);
    if (sources.length === 0)
      mistakes.push('AUTH_JWKS_URL or AUTH_PUBLIC_KEY is missing, but AUTH names jwt');
    if (sources.length === 2) mistakes.push('AUTH_JWKS_URL and AUTH_PUBLIC_KEY are both set');
  }
  if (hasKeys && !('AUTH_KEYS_FILE' in set)) mistakes.push('AUTH_KEYS_FILE is missing, but AUTH names keys');
  if (!isPrivate && !('AUTH' in set)) {
    mistakes.push(
      'AUTH is missing, and other machines can reach HOST. Set AUTH to jwt or keys, or to none to let everyone in',
    );
  }
  return mistakes;
}

/** The configuration of variables without mistakes. */
export function authenticationOf(set: Variables): AuthenticationConfig {
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_ROLES_CLAIM: rolesClaim = 'roles' } = set;
  const key = signingKeyOf(set);
  const hasTokens = key !== null && issuer !== undefined && audience !== undefined;
  return {
    jwt: hasTokens ? { key, issuer, audience, rolesClaim } : null,
    keysFile: set.AUTH_KEYS_FILE ?? null,
  };
}

function signingKeyOf({ AUTH_JWKS_URL: jwksUrl, AUTH_PUBLIC_KEY: publicKey }: Variables) {
  if (jwksUrl !== undefined) return { jwksUrl };
  return publicKey === undefined ? null : { publicKey };
}
