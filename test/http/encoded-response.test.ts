import { expect, test } from 'vitest';
import { EncodedResponse } from '../../src/http/encoded-response.ts';

const TEXTS: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['ASCII', '{"data":{}}'],
  ['Latin', '¿Qué estás leyendo?'],
  ['Chinese and emoji', '你好 🙂'],
  ['a lone surrogate', 'a\ud800b'],
  ['more than fits at once', '“¡Entra, rápido!” 好'.repeat(40_000)],
];

test.each(TEXTS)('a body of %s is sent as UTF-8', async (_, text) => {
  const body = Buffer.from(await new EncodedResponse(text).arrayBuffer());
  expect(body.equals(Buffer.from(text))).toBe(true);
});

test('bodies do not share their bytes', async () => {
  const [one, two] = [new EncodedResponse('é1'), new EncodedResponse('é2')];
  expect(await Promise.all([one.text(), two.text()])).toEqual(['é1', 'é2']);
});
