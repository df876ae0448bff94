import { expect, test } from 'vitest';
import { licenceTexts } from '../../src/bundle/licence-texts.ts';

const plain = { name: 'plain', version: '1.0.0', licence: 'ISC', texts: ['Copyright of plain\n'] };

test('a package is listed with its licence and the text of it', () => {
  expect(licenceTexts([plain])).toMatch(/plain@1\.0\.0 \(ISC\)\n\n-+\n\nCopyright of plain\n$/);
});

test('a package of a known holder is listed with the text of the MIT licence', () => {
  const known = { name: '@whatwg-node/fetch', version: '2.0.0', licence: 'MIT', texts: [] };
  expect(licenceTexts([known])).toContain('MIT License\n\nCopyright (c) 2023 Arda TANRIKULU\n\nPermission');
});

test('packages without a text, with another licence or with none are all named', () => {
  const packages = [
    plain,
    { ...plain, name: 'silent', texts: [] },
    { ...plain, name: 'copyleft', licence: 'GPL-3.0-only' },
    { ...plain, name: 'unlicensed', licence: null },
    { ...plain, name: '@whatwg-node/changed', licence: 'ISC', texts: [] },
  ];
  expect(() => licenceTexts(packages)).toThrow(
    new Error(
      [
        'silent@1.0.0 has no licence text',
        'the licence of copyleft@1.0.0 is GPL-3.0-only',
        'the licence of unlicensed@1.0.0 is unknown',
        '@whatwg-node/changed@1.0.0 has no licence text',
      ].join('\n'),
    ),
  );
});
