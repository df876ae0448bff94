import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';
import { type Issuer, openIssuer } from './issuer.ts';

const List = graphql(`
  query ListWithToken { profiles { edges { node { id } } } }
`);

/** An app with a profile, whose callers need tokens of an issuer. */
export async function opened(issuer?: Issuer): Promise<{ app: TestApp; issuer: Issuer }> {
  const trusted = issuer ?? (await openIssuer());
  const app = await openTestApp({ authenticate: trusted.authenticate });
  await createCourse(app.store);
  return { app, issuer: trusted };
}

/** What is answered to a request with this Authorization header, or without one. */
export async function ask({ app }: TestApp, authorization: string | null) {
  const response = await app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== null && { authorization }) },
    body: JSON.stringify({ query: List.toString() }),
  });
  const { errors, data } = await response.json();
  return {
    status: response.status,
    code: errors?.[0].extensions.code,
    message: errors?.[0].message,
    challenge: response.headers.get('www-authenticate'),
    data,
  };
}

/** The answer to a request with a token of a service. */
export const accepted = { status: 200, data: { profiles: { edges: [{ node: { id: 'course' } }] } } };
export const refused = { status: 401, code: 'UNAUTHENTICATED' };
