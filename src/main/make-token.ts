import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { isSubjectId, ROLES } from '../model/subject.ts';

/* `npm run token` runs this. It signs a token by a key pair of one's own, for a server without an identity provider. */

const USAGE = `Usage: npm run -s token -- --subject <name> --role <${ROLES.join('|')}> [--hours <1 to 8760>] [--key <file>]
The token is written to stdout. A key pair is made at the first call, by default in DATA_DIR.
`;

const { env } = process;
const issuer = env.AUTH_ISSUER || 'dialog-pool';
const audience = env.AUTH_AUDIENCE || 'dialog-pool';
const rolesClaim = env.AUTH_ROLES_CLAIM || 'roles';

interface Wanted {
  readonly subject: string;
  readonly role: string;
  readonly hours: number;
  /** The path of the private key. The public key is beside it. */
  readonly keyFile: string;
}

/** What the arguments ask for; null if they are wrong. */
function wanted(): Wanted | null {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ options: { subject: text, role: text, hours: text, key: text } });
    const { subject = '', role = '', key } = values;
    const hours = Number(values.hours ?? 24);
    const isRole = ROLES.some((known) => known === role);
    if (!isSubjectId(subject) || !isRole || !(hours >= 1 && hours <= 8760)) return null;
    return { subject, role, hours, keyFile: key ?? join(env.DATA_DIR || './data', 'token-key.pem') };
  } catch {
    return null;
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
  const token = await new SignJWT({ [rolesClaim]: [role] })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(key);
  process.stderr.write(
    `A server with these variables accepts the token for ${hours} hours:
AUTH=jwt AUTH_PUBLIC_KEY=${publicFile} AUTH_ISSUER=${issuer} AUTH_AUDIENCE=${audience}
`,
  );
  process.stdout.write(`${token}\n`);
}

const asked = wanted();
if (asked === null) {
  process.stderr.write(USAGE);
  process.exitCode = 1;
} else {
  try {
    await makeToken(asked);
  } catch (error) {
    process.stderr.write(
      `The token cannot be made: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}
