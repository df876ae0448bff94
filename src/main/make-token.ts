import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { isSubjectId, MAX_SUBJECT, ROLES } from '../model/subject.ts';

/* `npm run token` runs this. It signs a token by a key pair of one's own, for a server without an identity provider. */

const USAGE = `Usage: npm run -s token -- --subject <name> --role <${ROLES.join('|')}> [--hours <1 to 8760>] [--key <file>]
The token is written to stdout. A key pair is made at the first call, by default in DATA_DIR.
`;

/** A variable, read as the server reads it: without blanks around it, and not set if it is empty. */
const variable = (name: string) => process.env[name]?.trim() || undefined;
const issuer = variable('AUTH_ISSUER') ?? 'dialog-pool';
const audience = variable('AUTH_AUDIENCE') ?? 'dialog-pool';
const rolesClaim = variable('AUTH_ROLES_CLAIM');

interface Wanted {
  readonly subject: string;
  readonly role: string;
  readonly hours: number;
  /** The path of the private key. The public key is beside it. */
  readonly keyFile: string;
}

/** The arguments are wrong. The message says which one, and what it must be. */
class WrongArgument extends Error {}

/** What the arguments ask for; null if it is help. @throws {WrongArgument} */
function wanted(): Wanted | null {
  const { help, subject, role, hours: hoursText = '24', key } = parsed();
  if (help) return null;
  if (subject === undefined || !isSubjectId(subject)) {
    throw new WrongArgument(`--subject must name who the token is for, by 1 to ${MAX_SUBJECT} characters.`);
  }
  if (role === undefined || !ROLES.some((known) => known === role)) {
    throw new WrongArgument(`--role must be one of ${ROLES.join(', ')}.`);
  }
  const hours = Number(hoursText);
  if (!(hours >= 1 && hours <= 8760)) throw new WrongArgument('--hours must be a number from 1 to 8760.');
  return { subject, role, hours, keyFile: key ?? join(variable('DATA_DIR') ?? './data', 'token-key.pem') };
}

function parsed() {
  const text = { type: 'string' } as const;
  const help = { type: 'boolean', short: 'h' } as const;
  try {
    return parseArgs({ options: { subject: text, role: text, hours: text, key: text, help } }).values;
  } catch (error) {
    // Node's message is a sentence about the argument.
    throw new WrongArgument(messageOf(error));
  }
}

/** Reads the private key. If there is none, a key pair is made; of two processes, one makes it. */
async function signingKey(keyFile: string): Promise<KeyObject> {
  await mkdir(dirname(keyFile), { recursive: true });
  const made = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(keyFile, made, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return createPrivateKey(await readFile(keyFile, 'utf8'));
}

async function makeToken({ subject, role, hours, keyFile }: Wanted): Promise<void> {
  const key = await signingKey(keyFile);
  const publicFile = `${keyFile.replace(/\.pem$/, '')}.pub.pem`;
  await writeFile(publicFile, createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  const token = await new SignJWT({ [rolesClaim ?? 'roles']: [role] })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(key);
  const variables = {
    AUTH: 'jwt',
    AUTH_PUBLIC_KEY: publicFile,
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    ...(rolesClaim !== undefined && { AUTH_ROLES_CLAIM: rolesClaim }),
  };
  const line = Object.entries(variables).map(([name, value]) => `${name}=${inShell(value)}`);
  process.stderr.write(
    `A server with these variables accepts the token for ${hours} hours:\n${line.join(' ')}\n`,
  );
  process.stdout.write(`${token}\n`);
}

/** A value as a shell reads it. */
function inShell(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  const asked = wanted();
  if (asked === null) process.stdout.write(USAGE);
  else await makeToken(asked);
} catch (error) {
  const isWrong = error instanceof WrongArgument;
  process.stderr.write(
    isWrong ? `${error.message}\n${USAGE}` : `The token cannot be made: ${messageOf(error)}\n`,
  );
  process.exitCode = 1;
}
